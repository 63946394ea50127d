/** Which reply is proposed as the answer. */
import { describe, expect, it } from "vitest";
import { aControl, aMessage } from "../store/cases";
import type { IntentBody } from "../wire/resources";
import { lastReply, noReply, replyUse, toLearn } from "./reply";

const said = (seq: number, author: "agent" | "bot" | "customer", text: string, internal = false) => ({
  ...aMessage(seq),
  author,
  internal,
  body: { kind: "text" as const, text },
});
const reply = { id: "m2", text: "At nine, Maria." };
const intent = (over: Partial<IntentBody> = {}): IntentBody => ({
  name: "hours",
  title: "Opening hours",
  description: "",
  policy: "automatic",
  answer: null,
  answer_locales: [],
  said: null,
  reply_locales: ["en"],
  archived: false,
  examples: 1,
  ...over,
});
const chosen = { reply, choice: { kind: "intent" as const, name: "hours" }, intent: intent(), learn: true };

it("is the newest public reply of an agent", () => {
  const messages = [
    said(1, "agent", "first"),
    said(2, "agent", "second"),
    said(3, "agent", "note", true),
    said(4, "bot", "x"),
  ];
  expect(lastReply({ messages, control: null })?.text).toBe("second");
  expect(lastReply({ messages: [said(1, "customer", "hello")], control: null })).toBeNull();
});

it("answers the question asked now, not one from before the conversation was reopened", () => {
  const control = aControl({ question_after: 4 });
  const messages = [said(2, "agent", "about the order"), said(6, "customer", "and my card?")];
  expect(lastReply({ messages, control })).toBeNull();
  expect(lastReply({ messages: [...messages, said(8, "agent", "about the card")], control })?.text).toBe(
    "about the card",
  );
});

describe("what is done with it", () => {
  it("is proposed by itself only where the intent was named just now", () => {
    expect(replyUse(null, { ...chosen, choice: { kind: "new", name: "x" }, intent: null })).toBe("last");
    expect(replyUse(null, { ...chosen, choice: { kind: "new", name: "hours" } })).toBe("none");
    expect(replyUse(null, chosen)).toBe("none");
    expect(replyUse(null, { ...chosen, choice: null, intent: null })).toBe("none");
    expect(replyUse("edit", chosen)).toBe("edit");
  });
  it.each([
    ["noneYet", { ...chosen, reply: null }],
    ["notForTraining", { ...chosen, learn: false }],
    ["outOfScope", { ...chosen, choice: { kind: "out_of_scope" as const }, intent: null }],
    ["alwaysPerson", { ...chosen, intent: intent({ policy: "always_handoff" }) }],
  ])("is nothing, and why: %s", (why, situation) => {
    expect(noReply(situation)).toBe(why);
    expect(replyUse("last", situation)).toBe("none");
  });
});

describe("what the resolution names", () => {
  it.each([
    ["last", "other words", { answer_message_id: "m2", answer_text: null, blank: false }],
    ["edit", " We open at nine. ", { answer_message_id: "m2", answer_text: "We open at nine.", blank: false }],
    ["edit", null, { answer_message_id: "m2", answer_text: null, blank: false }],
    ["edit", "  ", { answer_message_id: "m2", answer_text: "", blank: true }],
    ["none", "x", { answer_message_id: null, answer_text: null, blank: false }],
  ] as const)("for %s with %j", (use, edited, named) => expect(toLearn(use, reply, edited)).toEqual(named));
});
