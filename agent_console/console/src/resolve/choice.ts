/** Which intent a conversation is resolved as; nothing is chosen until somebody chooses. Pure. */
import type { IntentBody } from "../wire/resources";
import type { DecisionView, GuessView } from "../wire/frames";
import type { Thread } from "@escalation/protocol";

export type Choice = { kind: "intent"; name: string } | { kind: "new"; name: string } | { kind: "out_of_scope" };

const NAME = /^[a-z][a-z0-9_]{0,98}$/;
const SHOWN = 8;

/** "Gift card" becomes gift_card while typing. */
export function asName(typed: string): string {
  return typed.toLowerCase().replace(/[\s-]+/g, "_");
}

export const isName = (name: string): boolean => NAME.test(name);

/** Words in any order; a match at the start of a name or title comes first. */
export function filterIntents(intents: readonly IntentBody[], filter: string): IntentBody[] {
  const parts = filter
    .toLowerCase()
    .split(/[\s_]+/)
    .filter(Boolean);
  if (parts.length === 0) return [];
  const text = (one: IntentBody): string =>
    `${one.title} ${one.name} ${one.description}`.toLowerCase().replaceAll("_", " ");
  const rank = (one: IntentBody): number => {
    const lead = parts.join(" ");
    if (one.title.toLowerCase().startsWith(lead) || one.name.replaceAll("_", " ").startsWith(lead)) return 0;
    return parts.every((part) => `${one.title} ${one.name}`.toLowerCase().includes(part)) ? 1 : 2;
  };
  const matches = intents.filter((one) => parts.every((part) => text(one).includes(part)));
  return matches.sort((a, b) => rank(a) - rank(b) || a.title.localeCompare(b.title)).slice(0, SHOWN);
}

/** The decisions about the question asked now: those since the last reopening or hand-back. */
export function currentDecisions(thread: Pick<Thread, "decisions" | "control">): DecisionView[] {
  const since = thread.control?.question_after ?? 0;
  return thread.decisions.filter(({ seq }) => seq > since);
}

/** The guesses to choose from, without intents that the customer refused with "none of these". */
export function suggestions(thread: Pick<Thread, "decisions" | "messages" | "control">, count: number): GuessView[] {
  const since = thread.control?.question_after ?? 0;
  const refused = refusedIntents(thread.messages.filter(({ seq }) => seq > since));
  const guesses = guessingDecision(currentDecisions(thread))?.guesses ?? [];
  return guesses.filter(({ label }) => !refused.has(label)).slice(0, count);
}

function refusedIntents(messages: Thread["messages"]): Set<string> {
  const refused = messages.flatMap(({ body }) =>
    body.kind === "choice" && body.intent === null ? [body.choices_message_id] : [],
  );
  const offered = messages.filter(({ id }) => refused.includes(id));
  return new Set(offered.flatMap(({ body }) => (body.kind === "choices" ? body.options.map((one) => one.intent) : [])));
}

/** The decision the agent wants explained: the handoff, or else the newest. */
export function tellingDecision(decisions: readonly DecisionView[]): DecisionView | null {
  return decisions.findLast((decision) => decision.action === "hand_off") ?? decisions.at(-1) ?? null;
}

/** A handoff by words ("talk to a person") has no guesses; then those of the decision before help. */
export function guessingDecision(decisions: readonly DecisionView[]): DecisionView | null {
  const telling = tellingDecision(decisions);
  if (telling?.guesses.length) return telling;
  return decisions.findLast((decision) => decision.guesses.length > 0) ?? null;
}

/** The words of these messages; one without words (a choice, an erased one) is left out, as it is in learning. */
export function textsOf(thread: Pick<Thread, "messages">, ids: readonly string[]): { id: string; text: string }[] {
  return thread.messages.flatMap(({ id, body }) =>
    ids.includes(id) && body.kind === "text" ? [{ id, text: body.text }] : [],
  );
}

export const isComplete = (choice: { kind: string; name?: string } | null): choice is Choice =>
  choice !== null && (choice.kind !== "new" || isName(choice.name ?? ""));

export function labelOf(choice: Choice): string | null {
  return choice.kind === "out_of_scope" ? null : choice.name;
}
