/** A change over REST: busy while it runs, and what went wrong if it did. */
import { useState } from "react";
import { wordsFor } from "../locale/words";
import type { RestError } from "../wire/rest";

export interface Action {
  busy: boolean;
  problem: string | null;
  /** Returns whether it was done. */
  run: (change: () => Promise<unknown>) => Promise<boolean>;
  dismiss: () => void;
}

export function useAction(after: () => void): Action {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const run = async (change: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true);
    setProblem(null);
    try {
      await change();
      return true;
    } catch (error) {
      const { code, message } = error as RestError;
      setProblem(wordsFor("refusal", code, message));
      return false;
    } finally {
      setBusy(false);
      after();
    }
  };
  return { busy, problem, run, dismiss: () => setProblem(null) };
}
