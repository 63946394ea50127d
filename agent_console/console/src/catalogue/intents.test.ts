/** What the list of intents shows. */
import { expect, it } from "vitest";
import { answerLocales, asLocale, lacksAnswer, newExamples, shownIntents } from "./intents";
import type { IntentBody } from "../wire/resources";

function anIntent(name: string, changes: Partial<IntentBody> = {}): IntentBody {
  const usual = { title: name, description: "", policy: "automatic" as const, answer: "Yes.", examples: 1 };
  return { name, ...usual, answer_locales: ["en"], said: null, reply_locales: ["en"], archived: false, ...changes };
}

const INTENTS = [
  anIntent("order"),
  anIntent("hello", { policy: "smalltalk" }),
  anIntent("hours", { answer: null }),
  anIntent("complaint", { policy: "always_handoff", answer: null }),
];
const names = (intents: IntentBody[]): string[] => intents.map((one) => one.name);

it("filters by policy and by what lacks an answer", () => {
  expect(names(shownIntents(INTENTS, { search: "", which: "in_use", policy: "any" }))).toHaveLength(4);
  expect(names(shownIntents(INTENTS, { search: "", which: "no_answer", policy: "any" }))).toEqual(["hours"]);
  expect(names(shownIntents(INTENTS, { search: "", which: "no_answer", policy: "smalltalk" }))).toEqual([]);
  expect(names(shownIntents(INTENTS, { search: "", which: "archived", policy: "smalltalk" }))).toEqual(["hello"]);
});

it("misses no answer where a person answers anyway", () => {
  expect(INTENTS.filter(lacksAnswer).map((one) => one.name)).toEqual(["hours"]);
});

it("puts the catalogue's own locale first, once", () => {
  const answers = [
    { locale: "de", text: "Ja." },
    { locale: "en", text: "Yes." },
  ];
  const titles = [{ locale: "es", text: "Sí" }];
  expect(answerLocales({ locale: "en", answers, titles }, ["fr", "de"])).toEqual(["en", "de", "es", "fr"]);
});

it("reads locales and examples as people type them", () => {
  expect([" DE ", "pt-br", "not a locale", ""].map(asLocale)).toEqual(["de", "pt-BR", null, null]);
  expect(newExamples(" where is it \n\nwhere is it\nold one\nnew one", ["old one"])).toEqual([
    "where is it",
    "new one",
  ]);
});
