/** What this browser remembers for one person: small choices, and drafts. Storage that fails is as if it were empty. */
import { useSyncExternalStore } from "react";

const PREFIX = "escalations.";
const listeners = new Set<() => void>();
/** Values of this page; they win where storage is not allowed. */
const held = new Map<string, string>();

function stored(key: string): string | null {
  try {
    return window.localStorage.getItem(PREFIX + key);
  } catch {
    return null;
  }
}

export function readText(key: string): string | null {
  return held.get(key) ?? stored(key);
}

export function writeText(key: string, text: string | null): void {
  if (text === null || text === "") held.delete(key);
  else held.set(key, text);
  try {
    if (text === null || text === "") window.localStorage.removeItem(PREFIX + key);
    else window.localStorage.setItem(PREFIX + key, text);
  } catch {
    // a full or forbidden storage keeps the value for as long as this page lives
  }
  for (const listener of [...listeners]) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function usePreference<T extends string>(key: string, fallback: T): [T, (value: T) => void] {
  const value = useSyncExternalStore(subscribe, () => readText(key)) as T | null;
  return [value ?? fallback, (next) => writeText(key, next)];
}

/** Under this is the id of the message that the reply being written quotes. */
export const quoteKey = (conversation: string): string => `quote.${conversation}`;
export type DraftKind = "reply" | "note";
export const draftKey = (conversation: string, kind: DraftKind): string => `draft.${conversation}.${kind}`;
