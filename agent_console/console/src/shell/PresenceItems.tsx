/** What the presence menu holds: how much of one's capacity is taken; online or away. */
import { Menu } from "@mantine/core";
import { Figure } from "../components/Figure";
import { words } from "../locale/words";
import { hashOf } from "../store/route";
import type { Availability } from "../wire/live";
import css from "./shell.module.css";

const CHOICES: readonly Availability[] = ["online", "away"];

interface Props {
  wanted: Availability;
  onWanted: (availability: Availability) => void;
  load: string;
}

export function PresenceItems({ wanted, onWanted, load }: Props) {
  return (
    <>
      <Menu.Label>
        <Figure term="capacity-load">{load}</Figure>
      </Menu.Label>
      <Menu.RadioGroup value={wanted} onChange={(value) => onWanted(value as Availability)}>
        {CHOICES.map((one) => (
          <Menu.RadioItem key={one} value={one} closeMenuOnClick>
            {words(`presence.${one}`)}
            <span className={css.hint}>{words(`presence.${one}.hint`)}</span>
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
      <Menu.Item component="a" href={hashOf({ page: "glossary", term: "capacity-load" })}>
        {words("load.meaning")}
      </Menu.Item>
    </>
  );
}
