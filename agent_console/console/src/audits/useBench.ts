/** One request after another: taken, labelled or left, and for ten seconds taken back. */
import { useCallback, useEffect, useState } from "react";
import { words, wordsFor } from "../locale/words";
import { rest, type RestError } from "../wire/rest";
import type { AuditLabelBody, AuditTaskBody, NextAuditBody } from "../wire/resources";
import { EMPTY, isDoneWith, type Draft } from "./label";

const LOOK_AGAIN_MS = 15_000;

/** The newest label of this page. */
export interface Sent {
  task: AuditTaskBody;
  draft: Draft;
  /** The label in words. */
  title: string;
  /** Milliseconds since 1970 by this browser. */
  at: number;
}

interface Seen {
  loaded: boolean;
  task: AuditTaskBody | null;
  waiting: number;
  draft: Draft;
  problem: string | null;
}

export interface Bench extends Seen {
  busy: boolean;
  sent: Sent | null;
  choose: (change: (draft: Draft) => Draft) => void;
  tell: (problem: string | null) => void;
  next: () => Promise<void>;
  send: (label: AuditLabelBody, title: string) => Promise<void>;
  skip: () => Promise<void>;
  undo: () => Promise<void>;
  forget: () => void;
}

const NOTHING_YET: Seen = { loaded: false, task: null, waiting: 0, draft: EMPTY, problem: null };

const path = (task: AuditTaskBody, what: string): string => `audits/${encodeURIComponent(task.id)}/${what}`;

function refusal(error: unknown): { code: string; problem: string } {
  const { code, message } = error as RestError;
  return { code, problem: wordsFor("refusal", code, message) };
}

/** While nothing is there, look again from time to time. */
function useLookAgain(idle: boolean, next: () => Promise<void>): void {
  useEffect(() => {
    if (!idle) return;
    const timer = setInterval(() => document.visibilityState === "visible" && void next(), LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [idle, next]);
}

export function useBench(): Bench {
  const [seen, setSeen] = useState(NOTHING_YET);
  const [busy, setBusy] = useState(false);
  const [sent, setSent] = useState<Sent | null>(null);
  const tell = useCallback((problem: string | null) => setSeen((old) => ({ ...old, problem })), []);

  /** Show the next request, with what is to be said of the last one; the same request keeps what was chosen. */
  const take = useCallback(async (problem: string | null, skipped: string | null = null): Promise<void> => {
    try {
      const { task, waiting } = await rest<NextAuditBody>("POST", "audits/next");
      const back = task !== null && task.id === skipped ? words("audits.skipped.back") : problem;
      setSeen((old) => ({
        loaded: true,
        task,
        waiting,
        draft: task?.id === old.task?.id && !skipped ? old.draft : EMPTY,
        problem: back,
      }));
    } catch (error) {
      setSeen((old) => ({ ...old, problem: refusal(error).problem }));
    }
  }, []);
  const next = useCallback(() => take(null), [take]);
  useEffect(() => void next(), [next]);
  useLookAgain(seen.loaded && seen.task === null, next);

  /** Do something with the request and go on to the next, also where it was refused for good. */
  const andNext = async (work: () => Promise<unknown>, skipped: string | null = null): Promise<boolean> => {
    setBusy(true);
    try {
      await work();
      await take(null, skipped);
      return true;
    } catch (error) {
      const { code, problem } = refusal(error);
      await (isDoneWith(code) ? take(problem) : tell(problem));
      return false;
    } finally {
      setBusy(false);
    }
  };
  const { task, draft } = seen;
  const send = async (label: AuditLabelBody, title: string): Promise<void> => {
    if (!task || busy) return;
    const at = Date.now();
    await andNext(async () => {
      await rest("POST", path(task, "label"), label);
      setSent({ task, draft, title, at });
    });
  };
  const skip = async (): Promise<void> => {
    if (task && !busy) await andNext(() => rest("POST", path(task, "skip")), task.id);
  };
  const undo = async (): Promise<void> => {
    if (!sent || busy) return;
    setBusy(true);
    setSent(null);
    try {
      await rest("POST", path(sent.task, "undo"));
      setSeen((old) => ({ ...old, loaded: true, task: sent.task, draft: sent.draft, problem: null }));
    } catch (error) {
      tell(refusal(error).problem);
    } finally {
      setBusy(false);
    }
  };
  const choose = (change: (draft: Draft) => Draft): void =>
    setSeen((old) => ({ ...old, draft: change(old.draft), problem: null }));
  return { ...seen, busy, sent, choose, tell, next, send, skip, undo, forget: useCallback(() => setSent(null), []) };
}
