/** A thread after the frames of its conversation, in whatever order they come. */

import { expect, test } from "vitest";
import type { Outbound } from "../src/generated";
import { applyToThread, emptyThread, newestArrived, type Thread } from "../src/thread";
import { aDecision, aMessage, control, message, snapshot, STREAM } from "./factories";

function after(frames: readonly Outbound[], thread: Thread = emptyThread("c1")): Thread {
  return frames.reduce<Thread>(applyToThread, thread);
}

const seqs = (thread: Thread): number[] => thread.messages.map((one) => one.seq);

test("orders by seq and ignores duplicates", () => {
  const state = after([message(3), message(1), message(3), message(2)]);
  expect(seqs(state)).toEqual([1, 2, 3]);
});

test("gives the same thread from a snapshot and from events", () => {
  const live = after([message(1), message(2), control(3, { status: "waiting", epoch: 1 })]);
  const read = after(snapshot([aMessage(1), aMessage(2)], 3, [], { status: "waiting", epoch: 1 }));
  expect(live.messages).toEqual(read.messages);
  expect(live.control).toEqual(read.control);
  expect(live.head).toBe(read.head);
});

test("is replaced whole by a snapshot, and only when that is complete", () => {
  const before = after([message(1), message(2)]);
  const [part, end] = snapshot([aMessage(5), aMessage(6)], 6);
  const halfway = after([part!], before);
  expect(seqs(halfway)).toEqual([1, 2]);
  const state = after([end!], halfway);
  expect(seqs(state)).toEqual([5, 6]);
  expect(state).toMatchObject({ head: 6, loaded: true, arriving: null });
});

test("can be drawn from the first part of a snapshot, which is its newest", () => {
  const [newest] = snapshot([aMessage(5), aMessage(6)], 6);
  const [older, end] = snapshot([aMessage(1), aMessage(2)], 6);
  const halfway = after([newest!]);
  expect(newestArrived(emptyThread("c1"))).toBeNull();
  expect(seqs(newestArrived(halfway)!)).toEqual([5, 6]);
  expect(seqs(after([older!, end!], halfway))).toEqual([1, 2, 5, 6]);
});

test("never goes back to an older control", () => {
  const state = after([control(5, { epoch: 2, status: "assigned" }), control(4, { epoch: 1, status: "waiting" })]);
  expect(state.control).toMatchObject({ epoch: 2, status: "assigned" });
});

test("keeps notes as internal messages", () => {
  const state = after([message(1), message(2, { author: "agent", internal: true })]);
  expect(state.messages[1]).toMatchObject({ internal: true, author: "agent" });
});

test("keeps decisions at their place in the log, each once", () => {
  const [first, second] = [aDecision("d1", { seq: 2 }), aDecision("d2", { seq: 4 })];
  const frame = (decision: typeof first) => ({
    type: "decision" as const,
    stream: STREAM,
    seq: decision.seq,
    decision,
  });
  const state = after([message(1), frame(second), frame(first), frame(second), message(3, { author: "bot" })]);
  expect(state.decisions).toEqual([first, second]);
  expect(state.head).toBe(4);
});

test("forgets all words when erased", () => {
  const state = after([message(1), { type: "erased", stream: STREAM, seq: 2 }]);
  expect(state.messages[0]!.body).toEqual({ kind: "erased" });
  expect(state).toMatchObject({ erased: true, decisions: [], head: 2 });
});

test("is left alone by what is not its own", () => {
  const thread = after([message(1)]);
  expect(applyToThread(thread, { ...message(2), stream: "conversation:c2" } as Outbound)).toBe(thread);
  expect(applyToThread(thread, { type: "heartbeat", positions: {} })).toBe(thread);
  expect(applyToThread(thread, message(1))).toBe(thread);
});
