/** Where a conversation goes from here: to one of the queues, or to a colleague who may accept it. */
import "../locale/pages";
import { MAX_TEXT } from "@escalation/protocol";
import { Button, Textarea } from "@mantine/core";
import { useState } from "react";
import { words } from "../locale/words";
import { Dialog } from "../components/Dialog";
import { controlOf } from "../store/control";
import { useStore } from "../store/store";
import { commandWith } from "../wire/commands";
import type { TeamBody, TeamsBody } from "../wire/resources";
import { useSignedIn } from "../wire/session";
import { useResource } from "../wire/useResource";
import css from "./actions.module.css";
import type { ActionProps } from "./ActionDialogs";
import { memberOf } from "./colleagues";
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

interface TeamsProps {
  teams: readonly TeamBody[];
  except: readonly (string | null)[];
  onQueue: (queue: string) => void;
  onPerson: (agent: string) => void;
}

/** The queue of a team, else its member who is online with most room. */
function Teams({ teams, except, onQueue, onPerson }: TeamsProps) {
  const agents = useStore((state) => state.agents);
  const best = (team: TeamBody): string | null => memberOf(team, agents, except);
  return (
    <ul className={css.choices}>
      {teams.map((team) => {
        const [queue] = team.queues;
        const member = best(team);
        const choose = (): void =>
          queue !== undefined ? onQueue(queue) : member !== null ? onPerson(member) : undefined;
        const nobody = queue === undefined && member === null;
        return (
          <li key={team.name}>
            <Button fullWidth variant="default" justify="flex-start" disabled={nobody} onClick={choose}>
              <bdi>{nobody ? words("transfer.team.nobody", { name: team.name }) : team.name}</bdi>
            </Button>
          </li>
        );
      })}
    </ul>
  );
}

export function TransferDialog({ conversation, onClose }: ActionProps) {
  const owner = useStore((state) => controlOf(state, conversation)?.owner ?? null);
  const me = useSignedIn().me.id;
  const teams = useResource<TeamsBody>("teams").value?.teams;
  const [note, setNote] = useState("");
  const toQueue = (queue: string): void => {
    onClose();
    commandWith("transfer", conversation, { queue });
  };
  const toPerson = (agent: string): void => {
    onClose();
    commandWith("offer", conversation, { agent, note: note.trim() || null });
  };
  return (
    <Dialog open onClose={onClose} title={words("transfer.title")}>
      <section className={css.group}>
        <h3>{words("transfer.toPerson")}</h3>
        <p className={css.hint}>{words(owner === me ? "transfer.toPerson.mine" : "transfer.toPerson.hint")}</p>
        <Textarea
          className={css.choose ?? ""}
          autosize
          minRows={1}
          maxRows={4}
          maxLength={MAX_TEXT}
          dir="auto"
          label={words("transfer.note")}
          description={words("transfer.note.hint")}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <People choosing="offer" except={[owner, me]} onChoose={(agent) => toPerson(agent.id)} />
      </section>
      {teams && teams.length > 0 && (
        <section className={css.group}>
          <h3>{words("transfer.toTeam")}</h3>
          <p className={css.hint}>{words("transfer.toTeam.hint")}</p>
          <Teams teams={teams} except={[owner, me]} onQueue={toQueue} onPerson={toPerson} />
        </section>
      )}
      <section className={css.group}>
        <h3>{words("transfer.toQueue")}</h3>
        <p className={css.hint}>{words("transfer.toQueue.hint")}</p>
        <Queues onChoose={toQueue} />
      </section>
    </Dialog>
  );
}
