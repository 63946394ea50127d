/** The rules a form stands for, or in words what cannot be read of it. */
import { words } from "../locale/words";
import type { QueueRulesBody } from "../wire/resources";
import { rulesOf, type QueueDraft } from "./draft";
import { Unreadable } from "./hours";

/** Raises: Error with words for people. */
export function readRules(draft: QueueDraft): QueueRulesBody {
  try {
    return rulesOf(draft);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const how = words(`queues.hours.${error.kind}.hint`);
    throw new Error(words("queues.hours.wrong", { text: error.text, how }), { cause: error });
  }
}
