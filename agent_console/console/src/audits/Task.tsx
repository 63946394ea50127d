/** One request and what can be said of it, by keys: see `keys.ts`. */
import { isComposing } from "@escalation/protocol";
import { useLayoutEffect, useRef, type KeyboardEvent } from "react";
import { words } from "../locale/words";
import { usePreference } from "../store/preferences";
import type { AuditTaskBody, IntentBody } from "../wire/resources";
import css from "./audits.module.css";
import { Choice } from "./Choice";
import { Conversation } from "./Conversation";
import { doingOf, type Doing } from "./keys";
import { instead, labelFrom, labelWords, toggled, withUnserved } from "./label";
import type { Bench } from "./useBench";
import { useFilter, type Filter } from "./useFilter";

function useActions(bench: Bench, intents: readonly IntentBody[], filter: Filter, onAnswers: () => void) {
  const pick = (at: number): void => {
    const intent = filter.found[at];
    if (!intent) return;
    bench.choose((draft) => toggled(draft, intent.name));
    filter.write("");
  };
  const confirm = (): void => {
    if (filter.active !== null) return pick(filter.active);
    const label = labelFrom(bench.draft);
    if (label === null) return bench.tell(words("audits.need"));
    void bench.send(label, labelWords(bench.draft, intents));
  };
  return (doing: Doing): void => {
    switch (doing.do) {
      case "pick":
        return pick(doing.at);
      case "move":
        return filter.move(doing.by);
      case "clear":
        return filter.write("");
      case "drop":
        return bench.choose((draft) => ({ ...draft, intents: draft.intents.slice(0, -1) }));
      case "out_of_scope":
      case "cannot_tell":
        return bench.choose((draft) => instead(draft, doing.do === "cannot_tell" ? "cannot_tell" : "out_of_scope"));
      case "unserved":
        return bench.choose(withUnserved);
      case "answers":
        return onAnswers();
      case "confirm":
        return confirm();
      case "skip":
        return void bench.skip();
      case "undo":
        return void bench.undo();
    }
  };
}

interface Props {
  task: AuditTaskBody;
  bench: Bench;
  intents: readonly IntentBody[];
}

export function Task({ task, bench, intents }: Props) {
  const filter = useFilter(intents);
  const [answers, setAnswers] = usePreference<"on" | "off">("audits.answers", "off");
  const act = useActions(bench, intents, filter, () => setAnswers(answers === "on" ? "off" : "on"));
  const box = useRef<HTMLInputElement>(null);
  // Before the request is painted: a key pressed at first sight must not be lost.
  useLayoutEffect(() => box.current?.focus(), [task.id]);
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.defaultPrevented || isComposing(event.nativeEvent)) return;
    const onButton = event.target instanceof Element && event.target.closest("button, a") !== null;
    const doing = doingOf(event, filter.text, onButton);
    if (!doing || ((doing.do === "move" || doing.do === "drop") && event.target !== box.current)) return;
    event.preventDefault();
    event.stopPropagation();
    act(doing);
  };
  return (
    <div className={css.bench} onKeyDown={onKeyDown} tabIndex={-1}>
      <Conversation task={task} />
      <section aria-label={words("audits.search")}>
        <Choice
          draft={bench.draft}
          intents={intents}
          filter={filter}
          answers={answers === "on"}
          busy={bench.busy}
          box={box}
          act={act}
          onRemove={(name) => bench.choose((draft) => toggled(draft, name))}
        />
      </section>
    </div>
  );
}
