/** The filter of the intents, and which of those found is active: the first while something is typed. */
import { useState } from "react";
import type { IntentBody } from "../wire/resources";
import { shownIntents } from "./label";

export interface Filter {
  text: string;
  found: readonly IntentBody[];
  /** Index in `found`; null while none is active. */
  active: number | null;
  write: (text: string) => void;
  move: (by: 1 | -1) => void;
}

export function useFilter(intents: readonly IntentBody[]): Filter {
  const [text, setText] = useState("");
  const [moved, setMoved] = useState<number | null>(null);
  const found = shownIntents(intents, text);
  const first = text.trim() === "" ? null : 0;
  const at = moved ?? first;
  const active = at !== null && at < found.length ? at : null;
  const write = (next: string): void => {
    setText(next);
    setMoved(null);
  };
  const move = (by: 1 | -1): void => {
    const to = active === null ? (by > 0 ? 0 : found.length - 1) : active + by;
    setMoved(Math.min(Math.max(to, 0), Math.max(found.length - 1, 0)));
  };
  return { text, found, active, write, move };
}
