/** Online or away, and how much of one's capacity is taken. */
import { words } from "../locale/words";
import { Figure } from "../components/Figure";
import { Icon } from "../components/Icon";
import { MenuButton } from "../components/MenuButton";
import { usePreference } from "../store/preferences";
import { useStore } from "../store/store";
import { presenceKey, sendPresence, type Availability } from "../wire/live";
import { useSignedIn } from "../wire/session";
import css from "./header.module.css";

const fetchItems = () => import("./PresenceItems").then((file) => file.PresenceItems);

export function PresenceMenu() {
  const { me } = useSignedIn();
  const view = useStore((state) => state.agents[me.id] ?? null);
  const mine = useStore(
    (s) => Object.values(s.rows).filter((r) => r.status === "assigned" && r.agent_id === me.id).length,
  );
  const [wanted, setWanted] = usePreference<Availability>(presenceKey(me.id), "online");
  const load = { load: view?.load ?? mine, capacity: view?.capacity ?? me.capacity };
  const resting = view?.away_because === "break";
  const shown = resting || (wanted === "finishing" && view?.load === 0) ? "away" : wanted;
  const choose = (next: Availability): void => {
    setWanted(next);
    sendPresence(me.id);
  };
  const button = (
    <button type="button" className={css.person}>
      <span className="hidden-text">{words("presence.menu", { name: me.name })}</span>
      <span className={css.presence} data-presence={shown === "online" ? shown : "away"}>
        <Icon name={shown === "online" ? "check" : "away"} size={12} />
      </span>
      <span className={css.personName}>{words(resting ? "presence.rest" : `presence.${shown}`)}</span>
      <span className={css.load} title={words("load.label", load)}>
        <Figure term="capacity-load">{words("load", load)}</Figure>
      </span>
      <Icon name="down" size={12} />
    </button>
  );
  return (
    <MenuButton button={button} fetchItems={fetchItems}>
      {(PresenceItems) => <PresenceItems wanted={shown} onWanted={choose} load={words("load.label", load)} />}
    </MenuButton>
  );
}
