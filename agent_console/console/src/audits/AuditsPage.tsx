/** The audit bench: one request after another, labelled blind, by keys alone if one likes. */
import "../locale/pages";
import { Button } from "@mantine/core";
import { useEffect, useRef, type KeyboardEvent } from "react";
import { isComposing } from "@escalation/protocol";
import { useIntents } from "../answers/useAnswers";
import { Figure, Meaning } from "../components/Figure";
import { Page } from "../components/Page";
import { Problem } from "../components/Problem";
import { useShortcut } from "../keys/shortcuts";
import { counted, words, wordsFor } from "../locale/words";
import { usePreference } from "../store/preferences";
import type { AuditTaskBody, IntentBody } from "../wire/resources";
import css from "./audits.module.css";
import { Choice } from "./Choice";
import { Conversation } from "./Conversation";
import { doingOf, type Doing } from "./keys";
import { instead, labelFrom, labelWords, toggled, withUnserved } from "./label";
import { SentBar } from "./SentBar";
import { useBench, type Bench } from "./useBench";
import { useFilter, type Filter } from "./useFilter";

const DEFAULT_READER = { locale: "", language: null };

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

function Nothing({ onAgain, onUndo }: { onAgain: () => void; onUndo: () => void }) {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (doingOf(event, "", true)?.do === "undo") onUndo();
  };
  return (
    <div className={css.nothing} onKeyDown={onKeyDown}>
      <p>
        <strong>{words("audits.none")}</strong>
      </p>
      <p className={css.hint}>{words("audits.none.text")}</p>
      <Button variant="default" onClick={onAgain} autoFocus>
        {words("audits.again")}
      </Button>
    </div>
  );
}

function Task({ task, bench }: { task: AuditTaskBody; bench: Bench }) {
  const { intents, error } = useIntents(DEFAULT_READER);
  const filter = useFilter(intents);
  const [answers, setAnswers] = usePreference<"on" | "off">("audits.answers", "off");
  const act = useActions(bench, intents, filter, () => setAnswers(answers === "on" ? "off" : "on"));
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => box.current?.focus(), [task.id]);
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
        {error && (
          <Problem>
            {words("resolve.catalogue.failed", { message: wordsFor("refusal", error.code, error.message) })}
          </Problem>
        )}
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

function Waiting({ count }: { count: number }) {
  return (
    <p className={css.hint} role="status">
      <Figure term="audits-waiting" linked>
        {counted("audits.waiting", count)}
      </Figure>
    </p>
  );
}

export function AuditsPage() {
  const bench = useBench();
  const { loaded, task, waiting, problem, sent } = bench;
  const undo = (): void => void bench.undo();
  useShortcut("z", undo, sent !== null);
  return (
    <Page title={words("nav.audits")} width="wide" head={loaded && <Waiting count={waiting} />}>
      <p className={css.hint}>
        {words("audits.lead")} <Meaning term="audit-bench">{words("load.meaning")}</Meaning>
      </p>
      {sent && <SentBar sent={sent} onUndo={undo} onOver={bench.forget} />}
      {problem && <Problem onDismiss={() => bench.tell(null)}>{problem}</Problem>}
      {!loaded && !problem && <p className={css.hint}>{words("learning.loading")}</p>}
      {task && <Task key={task.id} task={task} bench={bench} />}
      {!task && (loaded || problem) && <Nothing onAgain={() => void bench.next()} onUndo={undo} />}
    </Page>
  );
}
