/** One step of a macro as it is written. */
import "@mantine/core/styles/NumberInput.layer.css";
import { NumberInput, Select, Textarea, TextInput } from "@mantine/core";
import { words } from "../locale/words";
import type { CatalogueBody } from "../wire/resources";
import { useResource } from "../wire/useResource";
import type { Step } from "./macro";

const OUT_OF_SCOPE = "-";

interface Props<S> {
  step: S;
  onStep: (step: Step) => void;
}

function Label({ step, onStep }: Props<Extract<Step, { kind: "resolve" }>>) {
  const { value } = useResource<CatalogueBody>("catalogue");
  const intents = (value?.intents ?? []).map((one) => ({ value: one.name, label: one.title }));
  return (
    <Select
      searchable
      allowDeselect={false}
      label={words("macros.label")}
      description={words("macros.label.hint")}
      data={[{ value: OUT_OF_SCOPE, label: words("history.outOfScope") }, ...intents]}
      value={step.label ?? OUT_OF_SCOPE}
      onChange={(label) => onStep({ ...step, label: label === OUT_OF_SCOPE ? null : label })}
    />
  );
}

export function StepFields({ step, onStep }: Props<Step>) {
  switch (step.kind) {
    case "reply":
    case "note":
      return (
        <Textarea
          required
          withAsterisk={false}
          autosize
          minRows={2}
          maxRows={8}
          maxLength={4_000}
          dir="auto"
          label={words("templates.body")}
          description={words(step.kind === "note" ? "macros.note.hint" : "templates.body.hint")}
          value={step.text}
          onChange={(event) => onStep({ ...step, text: event.currentTarget.value })}
        />
      );
    case "tag":
      return (
        <TextInput
          required
          withAsterisk={false}
          label={words("tags.title")}
          description={words("macros.tags.hint")}
          value={step.tags.join(" ")}
          onChange={(event) => onStep({ ...step, tags: event.currentTarget.value.toLowerCase().split(" ") })}
        />
      );
    case "transfer":
      return (
        <TextInput
          required
          withAsterisk={false}
          label={words("macros.queue")}
          value={step.queue}
          onChange={(event) => onStep({ ...step, queue: event.currentTarget.value })}
        />
      );
    case "snooze":
      return (
        <NumberInput
          required
          withAsterisk={false}
          min={1}
          max={43_200}
          allowDecimal={false}
          label={words("macros.minutes")}
          value={step.minutes}
          onChange={(minutes) => onStep({ ...step, minutes: Number(minutes) })}
        />
      );
    case "resolve":
      return <Label step={step} onStep={onStep} />;
  }
}
