/** What the auditor says of the request: intents, or one of the two answers beside them, and whether more stays open. */
import { Button } from "@mantine/core";
import type { Ref } from "react";
import { Icon } from "../components/Icon";
import { words } from "../locale/words";
import type { IntentBody } from "../wire/resources";
import css from "./audits.module.css";
import { IntentList } from "./IntentList";
import { titleOf, type Draft } from "./label";
import type { Doing } from "./keys";
import type { Filter } from "./useFilter";

interface Props {
  draft: Draft;
  intents: readonly IntentBody[];
  filter: Filter;
  answers: boolean;
  busy: boolean;
  box: Ref<HTMLInputElement>;
  act: (doing: Doing) => void;
  onRemove: (name: string) => void;
}

type Toggle = "out_of_scope" | "cannot_tell" | "unserved" | "answers";

const TOGGLES = [
  ["out_of_scope", "audits.outOfScope", "0"],
  ["cannot_tell", "audits.cannotTell", "−"],
  ["unserved", "audits.unserved", "+"],
] as const;

function Chosen({ draft, intents, onRemove }: Pick<Props, "draft" | "intents" | "onRemove">) {
  if (draft.kind !== "intents") return null;
  return (
    <div className={css.chosen} role="group" aria-label={words("audits.chosen")}>
      {draft.intents.length === 0 && <span className={css.hint}>{words("audits.chosen.none")}</span>}
      {draft.intents.map((name) => {
        const title = titleOf(name, intents);
        return (
          <button
            key={name}
            type="button"
            aria-label={words("audits.remove", { title })}
            onClick={() => onRemove(name)}
          >
            <bdi>{title}</bdi>
            <Icon name="close" size={12} />
          </button>
        );
      })}
    </div>
  );
}

export function Choice({ draft, intents, filter, answers, busy, box, act, onRemove }: Props) {
  const pressed = (one: Toggle): boolean =>
    one === "answers" ? answers : one === "unserved" ? draft.unserved : draft.kind === one;
  const toggle = (one: Toggle, phrase: (typeof TOGGLES)[number][1] | "audits.answers", sign: string) => (
    <Button
      key={one}
      size="compact-sm"
      variant={pressed(one) ? "filled" : "default"}
      aria-pressed={pressed(one)}
      title={phrase === "audits.answers" ? undefined : words(`${phrase}.hint`)}
      onMouseDown={(event) => event.preventDefault()} // Enter goes on to mean the label, not this button again
      onClick={() => act({ do: one })}
      leftSection={<kbd>{sign}</kbd>}
    >
      {words(phrase)}
    </Button>
  );
  return (
    <div className={css.choice}>
      <IntentList
        filter={filter}
        chosen={draft.intents}
        answers={answers}
        box={box}
        onPick={(at) => act({ do: "pick", at })}
      />
      <div className={css.buttons}>{toggle("answers", "audits.answers", "=")}</div>
      <Chosen draft={draft} intents={intents} onRemove={onRemove} />
      <div className={css.buttons}>{TOGGLES.map(([one, phrase, sign]) => toggle(one, phrase, sign))}</div>
      <div className={css.foot}>
        <Button size="compact-md" loading={busy} onClick={() => act({ do: "confirm" })} rightSection={<kbd>↵</kbd>}>
          {words("audits.send")}
        </Button>
        <Button
          size="compact-md"
          variant="subtle"
          disabled={busy}
          title={words("audits.skip.hint")}
          onClick={() => act({ do: "skip" })}
          rightSection={<kbd>.</kbd>}
        >
          {words("audits.skip")}
        </Button>
      </div>
    </div>
  );
}
