/** The audit bench: one request after another, labelled blind, by keys alone if one likes. */
import "../locale/pages";
import { Button } from "@mantine/core";
import type { KeyboardEvent } from "react";
import { useIntents } from "../answers/useAnswers";
import { Figure, Meaning } from "../components/Figure";
import { Page } from "../components/Page";
import { Problem } from "../components/Problem";
import { useShortcut } from "../keys/shortcuts";
import { counted, words, wordsFor } from "../locale/words";
import css from "./audits.module.css";
import { doingOf } from "./keys";
import { SentBar } from "./SentBar";
import { Task } from "./Task";
import { useBench } from "./useBench";

/** The default answers: a customer of the catalogue's own locale. */
const DEFAULT_READER = { locale: "", language: null };

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
  const { intents, loaded: listed, error } = useIntents(DEFAULT_READER);
  const undo = (): void => void bench.undo();
  useShortcut("z", undo, sent !== null);
  return (
    <Page title={words("nav.audits")} width="wide" head={loaded && <Waiting count={waiting} />}>
      <p className={css.hint}>
        {words("audits.lead")} <Meaning term="audit-bench">{words("load.meaning")}</Meaning>
      </p>
      {sent && <SentBar sent={sent} onUndo={undo} onOver={bench.forget} />}
      {problem && <Problem onDismiss={() => bench.tell(null)}>{problem}</Problem>}
      {error && (
        <Problem>
          {words("resolve.catalogue.failed", { message: wordsFor("refusal", error.code, error.message) })}
        </Problem>
      )}
      {!(loaded && listed) && !problem && !error && <p className={css.hint}>{words("learning.loading")}</p>}
      {task && listed && <Task key={task.id} task={task} bench={bench} intents={intents} />}
      {!task && (loaded || problem) && <Nothing onAgain={() => void bench.next()} onUndo={undo} />}
    </Page>
  );
}
