/** Which intents the list shows, and what is said of each. Pure. */
import type { IntentBody, IntentDetailBody } from "../wire/resources";

export type Policy = IntentBody["policy"];
export const POLICIES: readonly Policy[] = ["automatic", "smalltalk", "always_handoff"];

/** Which intents: all in use, those of them that lack an answer, or the archived ones. */
export type Which = "in_use" | "no_answer" | "archived";
export const WHICH: readonly Which[] = ["in_use", "no_answer", "archived"];

export interface Filter {
  search: string;
  which: Which;
  policy: Policy | "any";
}

/** Nobody has approved an answer in the catalogue's own locale, and the policy would let the bot give one. */
export const lacksAnswer = (intent: Pick<IntentBody, "answer" | "policy">): boolean =>
  intent.answer === null && intent.policy !== "always_handoff";

/** The search is the service's; it looks into examples and answers, which the list does not have. */
export function shownIntents(intents: readonly IntentBody[], { which, policy }: Filter): IntentBody[] {
  return intents.filter(
    (one) => (policy === "any" || one.policy === policy) && (which !== "no_answer" || lacksAnswer(one)),
  );
}

/** The locales of a detail's answers and titles, the catalogue's own first whether it has an answer or not. */
export function answerLocales(
  detail: Pick<IntentDetailBody, "locale" | "answers" | "titles">,
  added: readonly string[],
): string[] {
  const texts = [...detail.answers, ...detail.titles];
  return [...new Set([detail.locale, ...texts.map((one) => one.locale), ...added])];
}

/** A locale as it is usually written (`DE` becomes `de`), or null for what is none. */
export function asLocale(typed: string): string | null {
  try {
    return Intl.getCanonicalLocales(typed.trim())[0] ?? null;
  } catch {
    return null;
  }
}

/** The lines of a pasted text as examples: trimmed, without repeats and without what is there already. */
export function newExamples(typed: string, there: readonly string[]): string[] {
  const lines = typed.split("\n").map((line) => line.trim());
  return [...new Set(lines)].filter((line) => line !== "" && !there.includes(line));
}
