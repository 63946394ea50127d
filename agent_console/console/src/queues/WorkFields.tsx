/** What holds for conversations of a queue once agents have them. */
import { TextInput } from "@mantine/core";
import { words } from "../locale/words";
import css from "./queues.module.css";
import type { WorkDraft } from "./work";

const WEEK = { min: 1, max: 10_080 };
const NUMBERS = { reply: { min: 1, max: 60 }, weight: { min: 1, max: 10 }, weights: null, teams: null } as const;
const LEVELS = { first: WEEK, next: WEEK, resolution: WEEK } as const;
const ALL: Record<keyof WorkDraft, { min: number; max: number } | null> = { ...NUMBERS, ...LEVELS };

interface Props {
  draft: WorkDraft;
  onChange: (draft: WorkDraft) => void;
}

function Field({ name, draft, onChange }: Props & { name: keyof WorkDraft }) {
  const number = ALL[name];
  return (
    <TextInput
      {...(number ? { type: "number", step: 1, ...number } : {})}
      required={name === "weight"}
      withAsterisk={false}
      label={words(`queues.${name}`)}
      description={words(`queues.${name}.hint`)}
      value={draft[name]}
      onChange={(event) => onChange({ ...draft, [name]: event.currentTarget.value })}
    />
  );
}

const names = (of: object): (keyof WorkDraft)[] => Object.keys(of) as (keyof WorkDraft)[];

export function WorkFields(props: Props) {
  return (
    <>
      <fieldset className={css.takes}>
        <legend>{words("queues.work")}</legend>
        {names(NUMBERS).map((name) => (
          <Field key={name} name={name} {...props} />
        ))}
      </fieldset>
      <fieldset className={css.takes}>
        <legend>{words("queues.levels")}</legend>
        <p className={css.quiet}>{words("queues.levels.hint")}</p>
        {names(LEVELS).map((name) => (
          <Field key={name} name={name} {...props} />
        ))}
      </fieldset>
    </>
  );
}
