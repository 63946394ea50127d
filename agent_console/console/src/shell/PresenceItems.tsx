/** What the presence menu holds: how much of one's capacity is taken; online or away; the end of one's day. */
import "../locale/pages";
import { newClientId } from "@escalation/protocol";
import { Menu } from "@mantine/core";
import { useState } from "react";
import { ask } from "../actions/asked";
import { Figure } from "../components/Figure";
import { words } from "../locale/words";
import { may } from "../store/permissions";
import { hashOf } from "../store/route";
import { useStore } from "../store/store";
import { request, type Availability } from "../wire/live";
import { useSignedIn } from "../wire/session";
import css from "./shell.module.css";

const CHOICES: readonly Availability[] = ["online", "finishing", "away"];

interface Props {
  wanted: Availability;
  onWanted: (availability: Availability) => void;
  load: string;
}

/** Puts everything back that one has. It asks in its own place, as the first click leaves the menu open. */
function ReleaseAll() {
  const { me } = useSignedIn();
  const load = useStore((state) => state.agents[me.id]?.load ?? 0);
  const [asking, setAsking] = useState(false);
  const phrase = asking ? "releaseAll.confirm" : "releaseAll";
  const choose = (): void => {
    if (asking) request({ type: "release_all", command_id: newClientId() });
    setAsking(true);
  };
  return (
    <Menu.Item disabled={load === 0} color={asking ? "ember" : undefined} closeMenuOnClick={asking} onClick={choose}>
      {words(phrase)}
      <span className={css.hint}>{words(`${phrase}.hint`)}</span>
    </Menu.Item>
  );
}

export function PresenceItems({ wanted, onWanted, load }: Props) {
  const { me } = useSignedIn();
  const resting = useStore((state) => state.agents[me.id]?.away_because === "break");
  const choose = (value: string): void => {
    if (resting && value === "online") request({ type: "take_break", command_id: newClientId(), over: true });
    onWanted(value as Availability);
  };
  return (
    <>
      <Menu.Label>
        <Figure term="capacity-load">{load}</Figure>
      </Menu.Label>
      <Menu.RadioGroup value={wanted} onChange={choose}>
        {CHOICES.map((one) => (
          <Menu.RadioItem key={one} value={one} closeMenuOnClick>
            {words(`presence.${one}`)}
            <span className={css.hint}>{words(`presence.${one}.hint`)}</span>
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
      {may(me, "work_conversations") && (
        <Menu.Item onClick={() => ask("workload", "")}>
          {words("workload.menu")}
          <span className={css.hint}>{words("workload.menu.hint")}</span>
        </Menu.Item>
      )}
      <ReleaseAll />
      <Menu.Item component="a" href={hashOf({ page: "glossary", term: "capacity-load" })}>
        {words("load.meaning")}
      </Menu.Item>
    </>
  );
}
