/** What an auditor chooses, and the label that is made of it. */
import { describe, expect, it } from "vitest";
import "../locale/pages";
import type { IntentBody } from "../wire/resources";
import { EMPTY, instead, isDoneWith, labelFrom, labelWords, shownIntents, toggled, withUnserved } from "./label";

const intent = (name: string, title: string): IntentBody => ({
  name,
  title,
  description: "",
  policy: "automatic",
  answer: null,
  answer_locales: [],
  said: null,
  reply_locales: [],
  archived: false,
  examples: 1,
});
const catalogue = [intent("refund", "Refund"), intent("hours", "Opening hours"), intent("cancel", "Cancel an order")];
const plain = (text: string): string => text.replace(/[\u2066-\u2069]/g, "");

describe("a label", () => {
  it("is none while nothing is chosen", () => expect(labelFrom(EMPTY)).toBeNull());

  it("names every intent that was chosen and not taken away", () => {
    const draft = toggled(toggled(toggled(EMPTY, "refund"), "hours"), "refund");
    expect(labelFrom(draft)).toEqual({ intents: ["hours"], cannot_tell: false, unserved: false });
  });

  it("may leave a further request open, which needs an intent", () => {
    expect(labelFrom(withUnserved(EMPTY))).toBeNull();
    expect(labelFrom(withUnserved(toggled(EMPTY, "refund")))).toMatchObject({ intents: ["refund"], unserved: true });
  });

  it.each([
    ["out_of_scope" as const, { intents: [], cannot_tell: false, unserved: false }],
    ["cannot_tell" as const, { intents: [], cannot_tell: true, unserved: false }],
  ])("is %s instead of intents, until it is pressed again", (kind, label) => {
    const draft = instead(withUnserved(toggled(EMPTY, "refund")), kind);
    expect(labelFrom(draft)).toEqual(label);
    expect(instead(draft, kind)).toEqual(EMPTY);
    expect(labelFrom(toggled(draft, "hours"))).toMatchObject({ intents: ["hours"], cannot_tell: false });
  });
});

it("says a label in words", () => {
  const both = toggled(toggled(EMPTY, "refund"), "gone");
  expect(plain(labelWords(both, catalogue))).toBe("Refund and gone");
  expect(plain(labelWords(withUnserved(both), catalogue))).toBe("Refund and gone, and a further request stays open");
  expect(labelWords(instead(EMPTY, "out_of_scope"), catalogue)).toBe("Out of scope");
  expect(labelWords(instead(EMPTY, "cannot_tell"), catalogue)).toBe("Cannot tell");
});

it("offers all intents by title, or those that the filter finds", () => {
  const names = (filter: string) => shownIntents(catalogue, filter).map(({ name }) => name);
  expect(names("")).toEqual(["cancel", "hours", "refund"]);
  expect(names("order can")).toEqual(["cancel"]);
  expect(names("zzz")).toEqual([]);
});

it("goes on with the next request only where nothing is left to do with this one", () => {
  expect(["audit_held", "audit_over", "handled_by_auditor"].every(isDoneWith)).toBe(true);
  expect(["unreachable", "unknown_intent", "undo_over"].some(isDoneWith)).toBe(false);
});
