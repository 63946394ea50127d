/** A queue's rules as a form has them: texts, until they are sent. Pure. */
import type { QueueBody, QueueRulesBody } from "../wire/resources";

export interface QueueDraft {
  way: QueueBody["way"];
  auto: boolean;
  offer: string;
  priority: string;
  skills: string;
  preferred: string;
  relax: string;
}

/** "billing, wine" as names, each once. */
export function namesIn(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  return [...new Set(names.filter(Boolean))];
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
  };
}

export function rulesOf(draft: QueueDraft): QueueRulesBody {
  return {
    way: draft.way,
    auto_accept: draft.auto,
    offer_seconds: Number(draft.offer),
    priority: Number(draft.priority),
    skills: namesIn(draft.skills),
    preferred: namesIn(draft.preferred),
    relax_seconds: draft.relax.trim() === "" ? null : Number(draft.relax),
  };
}
