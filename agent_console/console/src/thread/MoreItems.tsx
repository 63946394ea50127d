/** What the thread's menu holds: put off, and the ways to give a conversation up. */
import { Menu } from "@mantine/core";
import { words } from "../locale/words";
import { ask } from "../actions/asked";
import css from "./thread.module.css";

/** Each asks something first: none gives a conversation away by one click. */
const ACTIONS = [
  ["snooze", "action.snooze"],
  ["followUp", "action.followUp"],
  ["transfer", "action.transfer"],
  ["requeue", "action.release"],
  ["handBack", "action.handBack"],
] as const;

export function MoreItems({ conversation }: { conversation: string }) {
  return ACTIONS.map(([action, phrase]) => (
    <Menu.Item key={action} onClick={() => ask(action, conversation)}>
      {words(phrase)}
      <span className={css.hint}>{words(`${phrase}.hint`)}</span>
    </Menu.Item>
  ));
}
