/** Which of two drafts counts: the one in this browser, or the one the service keeps. Pure. */

/** A draft as the service has it. */
export interface Kept {
  readonly text: string;
  /** By the service's clock. */
  readonly at: string;
}

export interface Here {
  readonly text: string;
  /** What the service had when both were the same last; null: nothing that this tab knows of. */
  readonly base: Kept | null;
  /** When it was changed last, by the service's clock, milliseconds since 1970. */
  readonly editedAt: number;
  /** Whether somebody writes in it now. */
  readonly typing: boolean;
}

/** `same`: nothing to do. `take`: what the service has goes into the field. `send`: the service is behind. */
export type Verdict = "same" | "take" | "send";

const isChanged = (here: Here): boolean => here.text !== (here.base?.text ?? "");

/** What was kept since from elsewhere counts, unless this one is being written or was changed after it. */
export function verdict(here: Here, kept: Kept | null): Verdict {
  if (here.text === (kept?.text ?? "")) return "same";
  if (kept !== null && kept.at === here.base?.at) return "send";
  if (!isChanged(here)) return here.typing ? "send" : "take";
  const newer = kept === null || here.editedAt > Date.parse(kept.at);
  return here.typing || newer ? "send" : "take";
}
