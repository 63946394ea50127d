/** Which handoffs go to a queue, and a dry run over those of the last day. */
import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { Figure } from "../components/Figure";
import { Problem } from "../components/Problem";
import { useAction } from "../components/useAction";
import { useIntents } from "../answers/useAnswers";
import { listed, words, wordsFor } from "../locale/words";
import { rest } from "../wire/rest";
import type { QueueTrialsBody } from "../wire/resources";
import { TAKES, unknownIn, type QueueDraft } from "./draft";
import { readRules } from "./readRules";
import css from "./queues.module.css";

/** The default answers: a customer of the catalogue's own locale. */
const DEFAULT_READER = { locale: "", language: null };
const isReason = (name: string): boolean => wordsFor("reason", name, "") !== "";

function Trial({ trial }: { trial: QueueTrialsBody }) {
  return (
    <table className={css.trial}>
      <caption>
        {words("queues.trial.of")}{" "}
        <Figure term="handoff-reason" linked="apart">
          {trial.handoffs}
        </Figure>
      </caption>
      <thead>
        <tr>
          <th scope="col">{words("queues.trial.queue")}</th>
          <th scope="col">{words("queues.trial.now")}</th>
          <th scope="col">{words("queues.trial.then")}</th>
        </tr>
      </thead>
      <tbody>
        {trial.queues.map(({ queue, now, then }) => (
          <tr key={queue}>
            <th scope="row">
              <bdi>{queue}</bdi>
            </th>
            <td>
              <Figure term="handoff-reason">{now}</Figure>
            </td>
            <td>
              <Figure term="handoff-reason">{then}</Figure>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface Props {
  queue: string;
  draft: QueueDraft;
  onChange: (draft: QueueDraft) => void;
}

export function TakesFields({ queue, draft, onChange }: Props) {
  const [trial, setTrial] = useState<QueueTrialsBody | null>(null);
  const [unknown, setUnknown] = useState<string[]>([]);
  const { intents, loaded } = useIntents(DEFAULT_READER);
  const action = useAction(() => undefined);
  const path = `queues/${encodeURIComponent(queue)}/trial`;
  const tryOut = (): Promise<boolean> =>
    action.run(async () => {
      setTrial(await rest<QueueTrialsBody>("POST", path, readRules(draft)));
      setUnknown(loaded ? unknownIn(draft.takes, intents, isReason) : []);
    });
  return (
    <fieldset className={css.takes}>
      <legend>{words("queues.takes")}</legend>
      <p className={css.quiet}>{words("queues.takes.hint")}</p>
      {TAKES.map((kind) => (
        <TextInput
          key={kind}
          label={words(`queues.takes.${kind}`)}
          description={words(`queues.takes.${kind}.hint`)}
          value={draft.takes[kind]}
          onChange={(event) => onChange({ ...draft, takes: { ...draft.takes, [kind]: event.currentTarget.value } })}
        />
      ))}
      {action.problem && <Problem>{action.problem}</Problem>}
      <Button variant="default" loading={action.busy} onClick={() => void tryOut()}>
        {words("queues.trial")}
      </Button>
      <div role="status">
        {trial && <Trial trial={trial} />}
        {unknown.length > 0 && <p>{words("queues.trial.unknown", { names: listed(unknown) })}</p>}
      </div>
    </fieldset>
  );
}
