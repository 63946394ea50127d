/** What somebody is writing over a stored text. It survives another intent being opened and changes from elsewhere. */
import { useEffect, useState } from "react";

export interface Edit {
  /** The stored text when the edit began. */
  base: string;
  value: string;
}

export interface Draft {
  value: string;
  /** There is something to save. */
  dirty: boolean;
  /** The stored text has changed since the edit began; nothing is overwritten. */
  moved: boolean;
  write: (value: string) => void;
  /** Keep what is written although the stored text has changed. */
  keep: () => void;
  /** Give up what is written. */
  drop: () => void;
}

/** The state of an edit over what is stored now; null is no edit. Pure. */
export function stateOf(edit: Edit | null, stored: string): Pick<Draft, "value" | "dirty" | "moved"> {
  const value = edit?.value ?? stored;
  const dirty = value.trim() !== stored.trim();
  return { value, dirty, moved: dirty && edit !== null && edit.base !== stored };
}

const edits = new Map<string, Edit>();

/** @param key names the place, such as `order_status title`; the edit is kept under it while the page is open. */
export function useDraft(key: string, stored: string): Draft {
  const [, redraw] = useState(0);
  const edit = edits.get(key) ?? null;
  const put = (next: Edit | null): void => {
    if (next) edits.set(key, next);
    else edits.delete(key);
    redraw((n) => n + 1);
  };
  const state = stateOf(edit, stored);
  useEffect(() => {
    // saved, or typed back: what is stored from now on is shown again
    if (edit && edit.base !== stored && !state.dirty) put(null);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- looks once at each stored text
  }, [stored]);
  return {
    ...state,
    write: (value) => put({ base: edit?.base ?? stored, value }),
    keep: () => edit && put({ ...edit, base: stored }),
    drop: () => put(null),
  };
}
