/** A queue's rules as a form has them: texts, until they are sent. Pure. */
import { workDraftOf, workOf, type WorkDraft } from "./work";
import type { QueueBody, QueueRulesBody } from "../wire/resources";
import { draftOfHours, hoursOf, type HoursDraft } from "./hours";

/** What a queue may ask of a handoff, as typed: names separated by commas. */
export const TAKES = ["intents", "reasons", "languages", "sites"] as const;
export type TakesDraft = Record<(typeof TAKES)[number], string>;

export interface QueueDraft {
  way: QueueBody["way"];
  auto: boolean;
  offer: string;
  priority: string;
  skills: string;
  preferred: string;
  relax: string;
  takes: TakesDraft;
  work: WorkDraft;
  /** Null: always open. */
  hours: HoursDraft | null;
}

/** "billing, wine" as names, each once. */
export function namesIn(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  return [...new Set(names.filter(Boolean))];
}

/** What was typed as an intent or a reason and is none. */
export function unknownIn(
  takes: TakesDraft,
  intents: readonly { name: string }[],
  isReason: (name: string) => boolean,
): string[] {
  const isIntent = (name: string): boolean => intents.some((one) => one.name === name);
  return [
    ...namesIn(takes.intents).filter((name) => !isIntent(name)),
    ...namesIn(takes.reasons).filter((name) => !isReason(name)),
  ];
}

export function draftOf(queue: QueueBody): QueueDraft {
  return {
    way: queue.way,
    auto: queue.auto_accept,
    offer: String(queue.offer_seconds),
    priority: String(queue.priority),
    skills: queue.skills.join(", "),
    preferred: queue.preferred.join(", "),
    relax: queue.relax_seconds === null ? "" : String(queue.relax_seconds),
    takes: Object.fromEntries(TAKES.map((kind) => [kind, queue.takes[kind].join(", ")])) as TakesDraft,
    work: workDraftOf(queue.work),
    hours: queue.hours && draftOfHours(queue.hours),
  };
}

/** What is sent. Raises: Unreadable for hours that are no times. */
export function rulesOf(draft: QueueDraft): QueueRulesBody {
  return {
    way: draft.way,
    auto_accept: draft.auto,
    offer_seconds: Number(draft.offer),
    priority: Number(draft.priority),
    skills: namesIn(draft.skills),
    preferred: namesIn(draft.preferred),
    relax_seconds: draft.relax.trim() === "" ? null : Number(draft.relax),
    takes: {
      intents: namesIn(draft.takes.intents),
      reasons: namesIn(draft.takes.reasons),
      languages: namesIn(draft.takes.languages.toLowerCase()),
      sites: namesIn(draft.takes.sites),
    },
    work: workOf(draft.work),
    hours: draft.hours && hoursOf(draft.hours),
  };
}
