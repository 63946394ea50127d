/** Requests that were found in the labelled words, each to be labelled by itself. Pure. */
import type { Thread } from "@escalation/protocol";
import type { PartLabel, PartView } from "../wire/frames";
import { currentDecisions, isComplete, labelOf, type Choice } from "./choice";

/** What a request is about; `left_out`: nothing is learnt of it. */
export type PartChoice = Choice | { kind: "left_out" };

/** The requests found in exactly the messages that a resolution labels; none where these are one request. */
export function requestsIn(
  thread: Pick<Thread, "decisions" | "control">,
  labelled: readonly string[],
): readonly PartView[] {
  const same = (ids: readonly string[]): boolean =>
    ids.length === labelled.length && ids.every((id) => labelled.includes(id));
  const found = currentDecisions(thread).findLast(({ parts, message_ids }) => parts.length > 1 && same(message_ids));
  return found?.parts ?? [];
}

export const isLabel = (choice: PartChoice | null): choice is Choice => choice !== null && choice.kind !== "left_out";

/** The labels given so far, in order of the requests. */
export const labels = (choices: readonly (PartChoice | null)[]): Choice[] => choices.filter(isLabel);

/** Whether every request has a label or is left out, and at least one has. */
export function allDecided(count: number, choices: readonly (PartChoice | null)[]): boolean {
  const decided = choices.filter((choice) => choice?.kind === "left_out" || isComplete(choice));
  return decided.length === count && labels(choices).length > 0;
}

/** The one request that is labelled, where all others are left out. */
export function soleLabel(count: number, choices: readonly (PartChoice | null)[]): Choice | null {
  const [first, ...more] = labels(choices);
  return allDecided(count, choices) && more.length === 0 ? (first ?? null) : null;
}

/** What is stored of the requests. @param isNew whether the catalogue lacks a name, which it would get then */
export function partLabels(
  requests: readonly PartView[],
  choices: readonly (PartChoice | null)[],
  isNew: (choice: Choice) => boolean,
): PartLabel[] {
  return requests.flatMap(({ start, end }, at) => {
    const choice = choices[at] ?? null;
    return isLabel(choice) ? [{ start, end, label: labelOf(choice), new_intent: isNew(choice) }] : [];
  });
}
