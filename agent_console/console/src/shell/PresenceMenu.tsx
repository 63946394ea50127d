/** Online or away, and how much of one's capacity is taken. */
import { Menu } from "@mantine/core";
import { words } from "../locale/words";
import { Icon } from "../parts/Icon";
import { usePreference } from "../store/preferences";
import { useStore } from "../store/store";
import { presenceKey, sendPresence, type Availability } from "../wire/live";
import { useSignedIn } from "../wire/session";
import css from "./shell.module.css";

const CHOICES: readonly Availability[] = ["online", "away"];

export function PresenceMenu() {
  const { me } = useSignedIn();
  const view = useStore((state) => state.agents[me.id] ?? null);
  const mine = useStore(
    (s) => Object.values(s.rows).filter((r) => r.status === "assigned" && r.agent_id === me.id).length,
  );
  const [wanted, setWanted] = usePreference<Availability>(presenceKey(me.id), "online");
  const load = view?.load ?? mine;
  const capacity = view?.capacity ?? me.capacity;
  const choose = (next: Availability): void => {
    setWanted(next);
    sendPresence(me.id);
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <button type="button" className={css.person}>
          <span className="hidden-text">{words("presence.menu", { name: me.name })}</span>
          <span className={css.presence} data-presence={wanted}>
            <Icon name={wanted === "online" ? "check" : "away"} size={12} />
          </span>
          <span className={css.personName}>{words(`presence.${wanted}`)}</span>
          <span className={css.load} title={words("load.label", { load, capacity })}>
            {words("load", { load, capacity })}
          </span>
          <Icon name="down" size={12} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{words("load.label", { load, capacity })}</Menu.Label>
        <Menu.RadioGroup value={wanted} onChange={(value) => choose(value as Availability)}>
          {CHOICES.map((one) => (
            <Menu.RadioItem key={one} value={one} closeMenuOnClick>
              {words(`presence.${one}`)}
              <span className={css.hint}>{words(`presence.${one}.hint`)}</span>
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}
