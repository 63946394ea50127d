/** Write a macro, or change one. */
import "@mantine/core/styles/ScrollArea.layer.css";
import "@mantine/core/styles/Popover.layer.css";
import "@mantine/core/styles/CloseButton.layer.css";
import "@mantine/core/styles/Combobox.layer.css";
import { Button, Select } from "@mantine/core";
import { useState } from "react";
import { FormDialog } from "../accounts/FormDialog";
import { useAction } from "../components/useAction";
import { words } from "../locale/words";
import { NameField } from "../templates/NameField";
import { rest } from "../wire/rest";
import type { MacroBody } from "../wire/resources";
import { emptyStep, KINDS, type Step } from "./macro";
import css from "./macros.module.css";
import { StepFields } from "./StepFields";

const MOST_STEPS = 6;

interface Props {
  /** Null: a new one. */
  macro: MacroBody | null;
  onClose: () => void;
  onDone: () => void;
}

function Steps({ steps, onSteps }: { steps: readonly Step[]; onSteps: (steps: Step[]) => void }) {
  const put = (at: number, step: Step): void => onSteps(steps.map((one, other) => (other === at ? step : one)));
  return (
    <ol className={css.steps}>
      {steps.map((step, at) => (
        <li key={at} className={css.step}>
          <Select
            allowDeselect={false}
            label={words("macros.step", { number: at + 1 })}
            data={KINDS.map((kind) => ({ value: kind, label: words(`macros.kind.${kind}`) }))}
            value={step.kind}
            onChange={(kind) => kind && put(at, emptyStep(kind, "general"))}
          />
          <StepFields step={step} onStep={(next) => put(at, next)} />
          {steps.length > 1 && (
            <Button
              size="compact-xs"
              variant="default"
              aria-label={words("macros.step.remove", { number: at + 1 })}
              onClick={() => onSteps(steps.filter((_, other) => other !== at))}
            >
              {words("macros.remove")}
            </Button>
          )}
        </li>
      ))}
    </ol>
  );
}

/** What is typed between two blanks is a tag. */
const sent = (step: Step): Step => (step.kind === "tag" ? { ...step, tags: step.tags.filter(Boolean) } : step);

export function MacroDialog({ macro, onClose, onDone }: Props) {
  const [name, setName] = useState(macro?.name ?? "");
  const [steps, setSteps] = useState<readonly Step[]>(macro?.steps ?? [emptyStep("reply", "general")]);
  const action = useAction(() => undefined);
  const save = async (): Promise<void> => {
    const body = { name, steps: steps.map(sent) };
    const saved = await action.run(() =>
      macro ? rest("PUT", `macros/${macro.id}`, body) : rest("POST", "macros", body),
    );
    if (saved) onDone();
  };
  return (
    <FormDialog
      title={macro ? words("macros.change.label", { name: macro.name }) : words("macros.add")}
      submit={words("templates.save")}
      action={action}
      onSubmit={() => void save()}
      onClose={onClose}
    >
      <NameField name={name} onName={setName} />
      <Steps steps={steps} onSteps={setSteps} />
      {steps.length < MOST_STEPS && (
        <Button size="compact-sm" variant="default" onClick={() => setSteps([...steps, emptyStep("tag", "general")])}>
          {words("macros.step.add")}
        </Button>
      )}
    </FormDialog>
  );
}
