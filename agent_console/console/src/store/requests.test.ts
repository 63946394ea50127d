/** Own requests: optimistic, then accepted or refused. */
import { describe, expect, it } from "vitest";
import { after, message, snapshot, aMessage } from "./cases";
import { addCommand, addMessage, withdrawRefused, withoutOldThreads } from "./requests";
import { emptyThread } from "@escalation/protocol";
import { emptyState, type OwnMessage } from "./state";

const reply: OwnMessage = { type: "reply", client_message_id: "k1", conversation: "c1", epoch: 0, text: "hi" };
const refused = (ref: string, code = "stale_epoch") => ({ type: "error" as const, code, message: "no", ref });
const accepted = (ref: string) => ({ type: "accepted" as const, ref, seq: 5, conversation: "c1" });

describe("an own message", () => {
  const sent = addMessage(emptyState, reply);

  it("stays shown after it is accepted until its event arrives", () => {
    expect(after([accepted("k1")], sent).pending).toMatchObject([{ ref: "k1", request: reply, refusal: null }]);
    expect(after([accepted("k1"), message(5, { client_message_id: "k1" })], sent).pending).toEqual([]);
  });

  it("is reconciled by a snapshot too", () => {
    expect(after(snapshot([aMessage(5, { client_message_id: "k1" })], 5), sent).pending).toEqual([]);
  });

  it("is not reconciled by somebody else's message", () => {
    expect(after([message(5, { client_message_id: "other" })], sent).pending).toEqual(sent.pending);
  });

  it("is marked failed when refused, with the code", () => {
    const failed = { text: "hi", state: "failed", refusal: { code: "stale_epoch" } };
    expect(after([refused("k1")], sent).pending).toMatchObject([failed]);
  });

  it("is its conversation's refusal once its words are back in the composer", () => {
    const state = withdrawRefused(after([refused("k1")], sent), "k1");
    expect(state.pending).toEqual([]);
    expect(state.refusals["c1"]).toEqual({ code: "stale_epoch", message: "no", command: "reply" });
    expect(withdrawRefused(sent, "k1")).toBe(sent);
  });
});

describe("a command", () => {
  const sent = addCommand(emptyState, { ref: "r1", type: "claim", conversation: "c1" });

  it("ends when accepted", () => {
    expect(after([accepted("r1")], sent).commands).toEqual([]);
  });

  it("shows its refusal at its conversation, until the next try", () => {
    const state = after([refused("r1", "already_assigned")], sent);
    expect(state.refusals["c1"]).toMatchObject({ code: "already_assigned", command: "claim", ref: "r1" });
    expect(addCommand(state, { ref: "r2", type: "claim", conversation: "c1" }).refusals).toEqual({});
    expect(addMessage(state, reply).refusals).toEqual({});
  });
});

describe("an own resolution", () => {
  const own = { ref: "r1", conversation: "c1", title: "Refund", next: false, doneAt: null };
  const sent = { ...addCommand(emptyState, { ref: "r1", type: "resolve", conversation: "c1" }), resolution: own };

  it("can be undone from the moment it is accepted", () => {
    expect(after([accepted("r1")], sent).resolution?.doneAt).toBeTypeOf("number");
  });

  it("is gone when refused", () => {
    expect(after([refused("r1", "customer_wrote_since")], sent).resolution).toBeNull();
  });
});

describe("threads", () => {
  it("are forgotten oldest first, but never the one being read", () => {
    const names = Array.from({ length: 33 }, (_, i) => `c${i}`);
    const state = { ...emptyState, threads: Object.fromEntries(names.map((name) => [name, emptyThread(name)])) };
    expect(Object.keys(withoutOldThreads(state, "c1").threads)).toEqual(["c1", ...names.slice(3)]);
  });
});
