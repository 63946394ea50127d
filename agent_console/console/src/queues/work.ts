/** What is set about the work on a queue's conversations, as a form has it: texts, until they are sent. Pure. */
import type { QueueBody, QueueRulesBody } from "../wire/resources";

type WorkBody = NonNullable<QueueRulesBody["work"]>;

export interface WorkDraft {
  /** Minutes for a first reply; empty: no limit. */
  reply: string;
  /** Units of capacity a conversation takes. */
  weight: string;
  /** The same by intent: "refund 2, complaint 3". */
  weights: string;
  /** Names of teams, separated by commas; empty: everybody. */
  teams: string;
  /** Minutes that customers should wait at most; empty: not set. */
  first: string;
  next: string;
  resolution: string;
}

const shown = (value: number | null): string => (value === null ? "" : String(value));
const sent = (text: string): number | null => (text.trim() === "" ? null : Number(text));

/** "refund 2, complaint" as numbers by name; a name without a number weighs one. */
export function weightsIn(text: string): Record<string, number> {
  const parts = text.split(",").map((part) => /^(.*?)\s*(\d+)?$/.exec(part.trim()));
  return Object.fromEntries(parts.flatMap((part) => (part?.[1] ? [[part[1], Number(part[2] ?? 1)]] : [])));
}

export const shownWeights = (weights: Record<string, number>): string =>
  Object.entries(weights)
    .map(([intent, weight]) => `${intent} ${weight}`)
    .join(", ");

export function workDraftOf(work: QueueBody["work"]): WorkDraft {
  return {
    reply: shown(work.reply_minutes),
    weight: String(work.weight),
    weights: shownWeights(work.weights),
    teams: work.teams.join(", "),
    first: shown(work.first_response_minutes),
    next: shown(work.next_response_minutes),
    resolution: shown(work.resolution_minutes),
  };
}

export function workOf(draft: WorkDraft): WorkBody {
  return {
    reply_minutes: sent(draft.reply),
    weight: Number(draft.weight),
    weights: weightsIn(draft.weights),
    teams: [...new Set(draft.teams.split(",").map((name) => name.trim()))].filter(Boolean),
    first_response_minutes: sent(draft.first),
    next_response_minutes: sent(draft.next),
    resolution_minutes: sent(draft.resolution),
  };
}
