/** Change how conversations of a queue find an agent. */
import "@mantine/core/styles/Checkbox.layer.css";
import { Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { FormDialog } from "../accounts/FormDialog";
import { useAction } from "../components/useAction";
import { words } from "../locale/words";
import { rest } from "../wire/rest";
import type { QueueBody } from "../wire/resources";
import { HoursFields } from "./HoursFields";
import { draftOf, type QueueDraft } from "./draft";
import { readRules } from "./readRules";
import { TakesFields } from "./TakesFields";
import { WorkFields } from "./WorkFields";

/** It takes what no other queue does. */
const GENERAL = "general";

interface FieldProps {
  name: "offer" | "priority" | "relax" | "skills" | "preferred";
  value: string;
  onChange: (value: string) => void;
  number?: { min: number; max: number };
  optional?: boolean;
}

function Field({ name, value, onChange, number, optional = false }: FieldProps) {
  return (
    <TextInput
      {...(number ? { type: "number", step: 1, ...number } : {})}
      required={!optional}
      withAsterisk={false}
      label={words(`queues.${name}`)}
      description={words(name === "preferred" ? "queues.skills.hint" : `queues.${name}.hint`)}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function PushFields({ draft, onChange }: { draft: QueueDraft; onChange: (draft: QueueDraft) => void }) {
  const set = (name: keyof QueueDraft) => (value: string) => onChange({ ...draft, [name]: value });
  return (
    <>
      <Checkbox
        label={words("queues.auto")}
        description={words("queues.auto.hint")}
        checked={draft.auto}
        onChange={(event) => onChange({ ...draft, auto: event.currentTarget.checked })}
      />
      {!draft.auto && <Field name="offer" value={draft.offer} onChange={set("offer")} number={{ min: 5, max: 120 }} />}
      <Field name="priority" value={draft.priority} onChange={set("priority")} number={{ min: 0, max: 9 }} />
      <Field name="skills" value={draft.skills} onChange={set("skills")} optional />
      <Field name="preferred" value={draft.preferred} onChange={set("preferred")} optional />
      <Field name="relax" value={draft.relax} onChange={set("relax")} number={{ min: 0, max: 86_400 }} optional />
    </>
  );
}

export function QueueDialog(props: { queue: QueueBody; onClose: () => void; onDone: () => void }) {
  const { queue, onClose, onDone } = props;
  const [draft, setDraft] = useState<QueueDraft>(() => draftOf(queue));
  const action = useAction(() => undefined);
  const save = async (): Promise<void> => {
    const path = `queues/${encodeURIComponent(queue.name)}`;
    if (await action.run(() => rest("PUT", path, readRules(draft)))) onDone();
  };
  return (
    <FormDialog
      title={words("queues.change.label", { name: queue.name })}
      submit={words("queues.save")}
      action={action}
      onSubmit={() => void save()}
      onClose={onClose}
    >
      <NativeSelect
        label={words("queues.way")}
        description={words(`queues.way.${draft.way}.hint`)}
        value={draft.way}
        data={(["pull", "push"] as const).map((value) => ({ value, label: words(`queues.way.${value}`) }))}
        onChange={(event) => setDraft({ ...draft, way: event.currentTarget.value as QueueDraft["way"] })}
      />
      {draft.way === "push" && <PushFields draft={draft} onChange={setDraft} />}
      <WorkFields draft={draft.work} onChange={(work) => setDraft({ ...draft, work })} />
      <HoursFields draft={draft.hours} onChange={(hours) => setDraft({ ...draft, hours })} />
      {queue.name !== GENERAL && <TakesFields queue={queue.name} draft={draft} onChange={setDraft} />}
    </FormDialog>
  );
}
