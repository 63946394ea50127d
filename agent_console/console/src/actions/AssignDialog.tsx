/** A supervisor chooses who gets a waiting conversation. */
import "../locale/pages";
import { words } from "../locale/words";
import { Dialog } from "../components/Dialog";
import { commandWith } from "../wire/commands";
import type { ActionProps } from "./ActionDialogs";
import { People } from "./People";

export function AssignDialog({ conversation, onClose }: ActionProps) {
  const choose = (agent: string): void => {
    onClose();
    commandWith("assign", conversation, { agent });
  };
  return (
    <Dialog open onClose={onClose} title={words("assign.title")}>
      <People choosing="assign" except={[]} onChoose={(agent) => choose(agent.id)} />
    </Dialog>
  );
}
