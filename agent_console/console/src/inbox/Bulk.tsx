/** What is done with every selected conversation at once, and which of them refused. */
import { Button, NativeSelect } from "@mantine/core";
import { useState } from "react";
import { customerName } from "../components/names";
import { Figure } from "../components/Figure";
import { Confirm } from "../components/Confirm";
import { counted, words } from "../locale/words";
import { may } from "../store/permissions";
import { hashOf } from "../store/route";
import { useStore } from "../store/store";
import { snoozeTimes } from "../actions/snoozeTimes";
import type { RowView } from "../wire/frames";
import { useSignedIn } from "../wire/session";
import { carryOut, type Action, type Result } from "./bulk";
import css from "./inbox.module.css";

interface ChoiceProps {
  label: string;
  options: readonly { value: string; label: string }[];
  disabled: boolean;
  onChoose: (value: string) => void;
}

/** A list of choices that acts when one is taken, and shows its name again. */
function Choice({ label, options, disabled, onChoose }: ChoiceProps) {
  return (
    <NativeSelect
      size="xs"
      aria-label={label}
      disabled={disabled}
      data={[{ value: "", label }, ...options]}
      value=""
      onChange={(event) => event.currentTarget.value && onChoose(event.currentTarget.value)}
    />
  );
}

function Results({ results }: { results: readonly Result[] }) {
  const refused = results.filter(({ refusal }) => refusal !== null);
  const done = results.length - refused.length;
  if (results.length === 0) return null;
  return (
    <div className={css.results} role="status">
      <p>
        <Figure term="selected-conversations">{counted("inbox.done", done)}</Figure>
      </p>
      {refused.length > 0 && (
        <ul>
          {refused.map(({ row, refusal }) => (
            <li key={row.conversation}>
              <a href={hashOf({ page: "conversations", conversation: row.conversation })} dir="auto">
                {customerName(row)}
              </a>
              : {refusal}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

interface Props {
  /** Whether there is anything to select. */
  any: boolean;
  selected: readonly RowView[];
  onDone: () => void;
}

export function Bulk({ any, selected, onDone }: Props) {
  const { me, queues } = useSignedIn();
  const agents = useStore((state) => state.agents);
  const [results, setResults] = useState<readonly Result[]>([]);
  const [busy, setBusy] = useState(false);
  const [closing, setClosing] = useState(false);
  const idle = selected.length > 0 && !busy;
  const act = (action: Action): void => {
    setResults([]);
    setBusy(true);
    void carryOut(selected, action, (one) => setResults((old) => [...old, one])).then(() => {
      setBusy(false);
      onDone();
    });
  };
  const people = Object.values(agents).map(({ id, name }) => ({ value: id, label: name }));
  const times = snoozeTimes(new Date()).map(([preset, until]) => ({
    value: until.toISOString(),
    label: words(`snooze.${preset}`),
  }));
  if (!any && results.length === 0) return null;
  return (
    <section className={css.bulk} aria-label={words("inbox.bulk")}>
      <span>
        <Figure term="selected-conversations" linked>
          {counted("inbox.selected", selected.length)}
        </Figure>
      </span>
      {may(me, "assign_conversations") && (
        <Choice
          label={words("inbox.assign")}
          options={people}
          disabled={!idle}
          onChoose={(agent) => act({ type: "assign", agent })}
        />
      )}
      <Choice
        label={words("inbox.transfer")}
        options={queues.map((queue) => ({ value: queue, label: queue }))}
        disabled={!idle}
        onChoose={(queue) => act({ type: "transfer", queue })}
      />
      <Choice
        label={words("inbox.snooze")}
        options={times}
        disabled={!idle}
        onChoose={(until) => act({ type: "snooze", until })}
      />
      <Button size="compact-sm" variant="default" disabled={!idle} onClick={() => setClosing(true)}>
        {words("inbox.close")}
      </Button>
      <Results results={results} />
      <Confirm
        open={closing}
        title={words("inbox.close.title")}
        action={words("inbox.close")}
        onClose={() => setClosing(false)}
        onConfirm={() => {
          setClosing(false);
          act({ type: "close" });
        }}
      >
        {words("inbox.close.text")}
      </Confirm>
    </section>
  );
}
