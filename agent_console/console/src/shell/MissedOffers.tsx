/** One was set to away because offers ran out: says so, keeps this browser from undoing it, and leads back. */
import "../locale/pages";
import { Button } from "@mantine/core";
import { useEffect } from "react";
import { Icon } from "../components/Icon";
import { words } from "../locale/words";
import { readText, writeText } from "../store/preferences";
import { presenceKey, sendPresence } from "../wire/live";
import css from "./missed.module.css";

export function MissedOffers({ me }: { me: string }) {
  useEffect(() => {
    if (readText(presenceKey(me)) !== "away") writeText(presenceKey(me), "away");
  }, [me]);
  const back = (): void => {
    writeText(presenceKey(me), "online");
    sendPresence(me);
  };
  return (
    <section className={css.banner} aria-label={words("presence.missed.label")}>
      <Icon name="away" />
      <p role="alert">{words("presence.missed")}</p>
      <Button size="compact-md" onClick={back}>
        {words("presence.missed.back")}
      </Button>
    </section>
  );
}
