/** What a supervisor can do with a conversation from its row. */
import { Menu } from "@mantine/core";
import { words } from "../locale/words";
import type { RowView } from "../wire/frames";
import { ask } from "./asked";

export function RowMenuItems({ row }: { row: RowView }) {
  const { conversation } = row;
  if (row.status === "waiting")
    return <Menu.Item onClick={() => ask("assign", conversation)}>{words("action.assign")}</Menu.Item>;
  return (
    <>
      <Menu.Item onClick={() => ask("requeue", conversation)}>{words("action.requeue")}</Menu.Item>
      <Menu.Item onClick={() => ask("transfer", conversation)}>{words("action.transfer")}</Menu.Item>
      <Menu.Item onClick={() => ask("takeOver", conversation)}>
        {words("action.takeOver.from", { name: row.agent_name ?? words("author.agent") })}
      </Menu.Item>
    </>
  );
}
