/** Choosing an intent. */
import { describe, expect, it } from "vitest";
import { aControl, aDecision, after, aMessage, snapshot } from "../store/cases";
import type { IntentBody } from "../wire/resources";
import {
  asName,
  currentDecisions,
  filterIntents,
  isName,
  labelOf,
  suggestions,
  tellingDecision,
  textsOf,
} from "./choice";

const intent = (name: string, title: string): IntentBody => ({
  name,
  title,
  description: "",
  policy: "automatic",
  answer: null,
  answer_locales: [],
  said: null,
  reply_locales: ["en"],
  examples: 3,
  archived: false,
});
const intents = [
  intent("cancel_order", "Cancel an order"),
  intent("order_status", "Order status"),
  intent("refund", "Refund"),
];

describe("the filter", () => {
  it("finds nothing for nothing: no intent is ever suggested by an empty field", () =>
    expect(filterIntents(intents, " ")).toEqual([]));
  it("puts what starts so first", () =>
    expect(filterIntents(intents, "ord").map((one) => one.name)).toEqual(["order_status", "cancel_order"]));
  it("takes words in any order", () =>
    expect(filterIntents(intents, "order canc").map((one) => one.name)).toEqual(["cancel_order"]));
});

it("makes names as they are typed", () => {
  expect(asName("Gift Card-Lost")).toBe("gift_card_lost");
  expect(isName("gift_card")).toBe(true);
  expect(isName("1st")).toBe(false);
  expect(isName("")).toBe(false);
});

it("resolves out of scope as null", () => {
  expect(labelOf({ kind: "out_of_scope" })).toBeNull();
  expect(labelOf({ kind: "new", name: "x" })).toBe("x");
});

it("explains the handoff, and takes guesses from the decision before when it has none", () => {
  const guess = { label: "refund", title: "Refund", score: 0.5 };
  const decisions = [
    aDecision("a", { seq: 2, action: "answer", guesses: [guess] }),
    aDecision("b", { seq: 3, grounds: "words" }),
  ];
  const placed = after(snapshot([aMessage(1)], 3, decisions)).threads["c1"]!.decisions;
  expect(tellingDecision(placed)?.id).toBe("b");
  expect(suggestions({ decisions: placed, messages: [], control: null }, 3)).toEqual([guess]);
});

it("shows the words that would be learnt, and leaves out what has none", () => {
  const gone = aMessage(2, { body: { kind: "erased" } });
  const said = aMessage(1, { body: { kind: "text", text: "do you ship to Germany" } });
  expect(textsOf({ messages: [said, gone, aMessage(3)] }, ["m1", "m2"])).toEqual([
    { id: "m1", text: "do you ship to Germany" },
  ]);
});

describe("the question asked now", () => {
  const guess = (label: string) => ({ label, title: label, score: 0.4 });
  const decisions = [
    aDecision("before", { seq: 2, guesses: [guess("refund")] }),
    aDecision("now", { seq: 8, guesses: [guess("card"), guess("order_status")] }),
  ];
  const control = aControl({ question_after: 6 });

  it("keeps the decisions since a reopened conversation was reopened", () => {
    expect(currentDecisions({ decisions, control }).map((one) => one.id)).toEqual(["now"]);
    expect(suggestions({ decisions: decisions.slice(0, 1), messages: [], control }, 3)).toEqual([]);
  });

  it("suggests no intent that the customer refused with none of these", () => {
    const options = [{ intent: "card", title: "Card" }];
    const asked = aMessage(9, { author: "bot", body: { kind: "choices", options } });
    const refused = { kind: "choice", choices_message_id: asked.id, intent: null, title: null } as const;
    const messages = [asked, aMessage(10, { body: refused })];
    expect(suggestions({ decisions, messages, control }, 3)).toEqual([guess("order_status")]);
  });
});
