/** The order of what a thread shows. */
import { expect, it } from "vitest";
import { aDecision, after, aMessage, message, snapshot, STREAM } from "../store/cases";
import type { DecisionView, Outbound } from "../wire/frames";
import type { Pending } from "../store/state";
import { readReply, threadItems } from "./items";

const pending = (id: string): Pending => ({
  ref: id,
  request: { type: "reply", client_message_id: id, conversation: "c1", epoch: 0, text: id },
  text: id,
  state: "sending",
  refusal: null,
});

const decided = (decision: DecisionView): Outbound => ({
  type: "decision",
  stream: STREAM,
  seq: decision.seq,
  decision,
});

it("puts decisions where the log has them and own unsent messages last", () => {
  const messages = [
    aMessage(1),
    aMessage(2),
    aMessage(4, { author: "bot" }),
    aMessage(5, { author: "agent", client_message_id: "sent" }),
  ];
  const state = after(snapshot(messages, 5, [aDecision("d", { seq: 3, message_ids: ["m1", "m2"] })]));
  const items = threadItems(state.threads["c1"]!, [pending("sent"), pending("new")]);
  expect(items.map((item) => item.key).slice(1)).toEqual(["m1", "m2", "dd", "m4", "m5", "new"]);
  expect(items[0]!.kind).toBe("day");
});

it("groups one author's messages and keeps notices and notes apart", () => {
  const notice = aMessage(3, { author: "system", body: { kind: "notice", code: "handed_off", params: {} } });
  const state = after(
    snapshot([aMessage(1), aMessage(2), notice, aMessage(4), aMessage(5, { internal: true, author: "agent" })], 5),
  );
  const items = threadItems(state.threads["c1"]!, []).slice(1);
  expect(items.map((item) => item.kind)).toEqual(["message", "message", "notice", "message", "message"]);
  expect(items.map((item) => "first" in item && item.first)).toEqual([true, false, false, true, true]);
});

it("shows a decision on an erased or unknown message at its own place", () => {
  const state = after(snapshot([aMessage(1)], 3, [aDecision("d", { seq: 2, message_ids: ["other"] })]));
  expect(threadItems(state.threads["c1"]!, []).map((item) => item.kind)).toEqual(["day", "message", "decision"]);
});

it('"Bot handed off" stands at the same place live and after a reload', () => {
  // everything of one transaction bears the same time, and a customer may write in that very moment
  const late = aMessage(3);
  const handed = aMessage(5, { author: "system", body: { kind: "notice", code: "handed_off", params: {} } });
  const decision = aDecision("d", { seq: 4, message_ids: ["m1"] });
  const live = after([
    ...snapshot([aMessage(1)], 1),
    message(3),
    decided(decision),
    message(5, { author: handed.author, body: handed.body }),
  ]);
  const read = after(snapshot([aMessage(1), late, handed], 5, [decision]));
  const order = (state: typeof live) =>
    threadItems(state.threads["c1"]!, [])
      .map((item) => item.key)
      .slice(1);
  expect(order(live)).toEqual(["m1", "m3", "dd", "m5"]);
  expect(order(read)).toEqual(order(live));
});

it("says that the last own reply was read, and of no other message", () => {
  const own = { author: "agent", author_name: "Ana" } as const;
  const messages = [aMessage(1, own), aMessage(2, own), aMessage(3, { ...own, internal: true }), aMessage(4)];
  const state = after([...snapshot(messages, 4), { type: "read", conversation: "c1", up_to: 4 }]);
  const thread = state.threads["c1"]!;
  expect(readReply(thread, "Ana", state.readByCustomer["c1"] ?? 0)).toBe("m2");
  expect(readReply(thread, "Ana", 1)).toBeNull();
  expect(readReply(thread, "Tom", 4)).toBeNull();
});
