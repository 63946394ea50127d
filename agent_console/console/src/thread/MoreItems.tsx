/** What the thread's menu holds: the ways to give a conversation up. */
import { Menu } from "@mantine/core";
import { words } from "../locale/words";
import type { PlainCommand } from "../wire/commands";
import css from "./thread.module.css";

const GIVE_UP = [
  ["transfer", "action.transfer"],
  ["release", "action.release"],
  ["hand_back", "action.handBack"],
] as const;

export function MoreItems({ run }: { run: (type: PlainCommand) => () => void }) {
  return GIVE_UP.map(([type, phrase]) => (
    <Menu.Item key={type} onClick={run(type)}>
      {words(phrase)}
      <span className={css.hint}>{words(`${phrase}.hint`)}</span>
    </Menu.Item>
  ));
}
