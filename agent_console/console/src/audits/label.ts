/** What an auditor has chosen for one request, and the label that is sent. Pure. */
import { listed, words } from "../locale/words";
import { filterIntents } from "../resolve/choice";
import type { AuditLabelBody, IntentBody } from "../wire/resources";

/** `intents`: the answers of some would serve the request; which ones may be none yet. */
export interface Draft {
  kind: "intents" | "out_of_scope" | "cannot_tell";
  intents: readonly string[];
  /** Whether a further request stays open with any of these answers. */
  unserved: boolean;
}

export const EMPTY: Draft = { kind: "intents", intents: [], unserved: false };

/** With this intent, or without it if it was chosen. */
export function toggled(draft: Draft, name: string): Draft {
  const others = draft.kind === "intents" ? draft.intents : [];
  const intents = others.includes(name) ? others.filter((one) => one !== name) : [...others, name];
  return { ...draft, kind: "intents", intents };
}

/** Out of scope or cannot tell, or nothing again if it was chosen. */
export function instead(draft: Draft, kind: "out_of_scope" | "cannot_tell"): Draft {
  return draft.kind === kind ? EMPTY : { kind, intents: [], unserved: false };
}

export function withUnserved(draft: Draft): Draft {
  return { ...EMPTY, intents: draft.intents, unserved: !draft.unserved };
}

/** The label to send; null while nothing is chosen. */
export function labelFrom({ kind, intents, unserved }: Draft): AuditLabelBody | null {
  if (kind === "intents" && intents.length === 0) return null;
  return { intents: [...intents], cannot_tell: kind === "cannot_tell", unserved };
}

/** The label in words: "Refund and Order status, and a further request stays open". */
export function labelWords({ kind, intents, unserved }: Draft, catalogue: readonly IntentBody[]): string {
  if (kind === "out_of_scope") return words("audits.outOfScope");
  if (kind === "cannot_tell") return words("audits.cannotTell");
  const label = listed(intents.map((name) => titleOf(name, catalogue)));
  return unserved ? words("audits.sent.and", { label }) : label;
}

export const titleOf = (name: string, catalogue: readonly IntentBody[]): string =>
  catalogue.find((one) => one.name === name)?.title ?? name;

/** The intents to choose from: what the filter finds, best first, or all of them by title. */
export function shownIntents(catalogue: readonly IntentBody[], filter: string): readonly IntentBody[] {
  if (filter.trim() !== "") return filterIntents(catalogue, filter);
  return [...catalogue].sort((a, b) => a.title.localeCompare(b.title));
}

/** Refusals after which there is nothing more to do with this request. */
const DONE = ["audit_unknown", "audit_over", "audit_held", "already_labelled", "handled_by_auditor"];
export const isDoneWith = (code: string): boolean => DONE.includes(code);
