/** Where a conversation goes from here: to one of the queues, or to a colleague who may accept it. */
import "../locale/pages";
import { Button } from "@mantine/core";
import { words } from "../locale/words";
import { Dialog } from "../components/Dialog";
import { controlOf } from "../store/control";
import { useStore } from "../store/store";
import { commandWith } from "../wire/commands";
import { useSignedIn } from "../wire/session";
import css from "./actions.module.css";
import type { ActionProps } from "./ActionDialogs";
import { People } from "./People";

function Queues({ onChoose }: { onChoose: (queue: string) => void }) {
  const { queues } = useSignedIn();
  return (
    <ul className={css.choices}>
      {queues.map((queue) => (
        <li key={queue}>
          <Button fullWidth variant="default" justify="flex-start" onClick={() => onChoose(queue)}>
            <bdi>{words("transfer.queue", { queue })}</bdi>
          </Button>
        </li>
      ))}
    </ul>
  );
}

export function TransferDialog({ conversation, onClose }: ActionProps) {
  const owner = useStore((state) => controlOf(state, conversation)?.owner ?? null);
  const me = useSignedIn().me.id;
  const toQueue = (queue: string): void => {
    onClose();
    commandWith("transfer", conversation, { queue });
  };
  const toPerson = (agent: string): void => {
    onClose();
    commandWith("offer", conversation, { agent });
  };
  return (
    <Dialog open onClose={onClose} title={words("transfer.title")}>
      <section className={css.group}>
        <h3>{words("transfer.toPerson")}</h3>
        <p className={css.hint}>{words(owner === me ? "transfer.toPerson.mine" : "transfer.toPerson.hint")}</p>
        <People choosing="offer" except={[owner, me]} onChoose={(agent) => toPerson(agent.id)} />
      </section>
      <section className={css.group}>
        <h3>{words("transfer.toQueue")}</h3>
        <p className={css.hint}>{words("transfer.toQueue.hint")}</p>
        <Queues onChoose={toQueue} />
      </section>
    </Dialog>
  );
}
