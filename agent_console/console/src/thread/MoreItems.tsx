/** What the thread's menu holds: put off, and the ways to give a conversation up. */
import { Menu } from "@mantine/core";
import { words } from "../locale/words";
import { ask } from "../actions/asked";
import type { PlainCommand } from "../wire/commands";
import css from "./thread.module.css";

const ASKING = [
  ["snooze", "action.snooze"],
  ["transfer", "action.transfer"],
] as const;
const AT_ONCE = [
  ["release", "action.release"],
  ["hand_back", "action.handBack"],
] as const;

interface Props {
  conversation: string;
  run: (type: PlainCommand) => () => void;
}

export function MoreItems({ conversation, run }: Props) {
  return (
    <>
      {ASKING.map(([action, phrase]) => (
        <Menu.Item key={action} onClick={() => ask(action, conversation)}>
          {words(phrase)}
          <span className={css.hint}>{words(`${phrase}.hint`)}</span>
        </Menu.Item>
      ))}
      {AT_ONCE.map(([type, phrase]) => (
        <Menu.Item key={type} onClick={run(type)}>
          {words(phrase)}
          <span className={css.hint}>{words(`${phrase}.hint`)}</span>
        </Menu.Item>
      ))}
    </>
  );
}
