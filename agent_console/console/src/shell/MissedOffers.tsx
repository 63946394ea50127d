/** One is on a break, or was set to away because offers ran out or a customer was left without a reply: says so, keeps this browser from undoing the latter, and leads back. */
import "../locale/pages";
import { Button } from "@mantine/core";
import { useEffect } from "react";
import { Icon } from "../components/Icon";
import { words } from "../locale/words";
import { readText, writeText } from "../store/preferences";
import { newClientId } from "@escalation/protocol";
import { presenceKey, request, sendPresence } from "../wire/live";
import css from "./missed.module.css";

export function MissedOffers({ me, because }: { me: string; because: "missed_offers" | "no_reply" | "break" }) {
  const onBreak = because === "break";
  useEffect(() => {
    if (!onBreak && readText(presenceKey(me)) !== "away") writeText(presenceKey(me), "away");
  }, [me, onBreak]);
  const back = (): void => {
    if (onBreak) request({ type: "take_break", command_id: newClientId(), over: true });
    writeText(presenceKey(me), "online");
    sendPresence(me);
  };
  return (
    <section className={css.banner} aria-label={words("presence.missed.label")}>
      <Icon name="away" />
      <p role="alert">{words(`presence.${because}`)}</p>
      <Button size="compact-md" onClick={back}>
        {words("presence.missed.back")}
      </Button>
    </section>
  );
}
