/** Own requests under way: shown at once, then accepted, refused, tried again. */

import { describe, expect, test } from "vitest";
import type { Note, Reply, Say } from "../src/generated";
import { arrived, asking, discarded, isAsking, refused, sending, settled, type OwnRequests } from "../src/requests";
import { aMessage } from "./factories";

const NONE: OwnRequests = { pending: [], commands: [] };
const SAY: Say = { type: "say", client_message_id: "k1", text: "hello" };
const NO = { code: "too_long", message: "no" };
const states = (requests: OwnRequests): string[] => requests.pending.map((one) => `${one.ref} ${one.state}`);

describe("a message", () => {
  const sent = sending(NONE, SAY, "hello");

  test("is shown at once", () => {
    expect(sent.pending).toEqual([{ ref: "k1", request: SAY, text: "hello", state: "sending", refusal: null }]);
  });

  test("stays after it was accepted until the thread shows it", () => {
    expect(states(settled(sent, "k1"))).toEqual(["k1 sent"]);
    expect(states(arrived(settled(sent, "k1"), [aMessage(1, { client_message_id: "k1" })]))).toEqual([]);
  });

  test("is not taken for somebody else's", () => {
    expect(arrived(sent, [aMessage(1), aMessage(2, { client_message_id: "other" })])).toBe(sent);
    expect(settled(sent, "other")).toBe(sent);
    expect(refused(sent, "other", NO)).toBe(sent);
  });

  test("that was refused says why, and no more than that, until it is tried again or discarded", () => {
    const failed = refused(sent, "k1", { ...NO, type: "error", ref: "k1" } as typeof NO);
    expect(failed.pending).toMatchObject([{ state: "failed", refusal: NO }]);
    expect(failed.pending[0]!.refusal).toEqual(NO);
    expect(sending(failed, SAY, "hello")).toEqual(sent);
    expect(settled(failed, "k1").pending).toMatchObject([{ state: "sent", refusal: null }]);
    expect(discarded(failed, "k1")).toEqual(NONE);
    expect(discarded(failed, "other")).toBe(failed);
  });

  test("tried again comes last", () => {
    const two = sending(sent, { ...SAY, client_message_id: "k2" }, "more");
    expect(states(two)).toEqual(["k1 sending", "k2 sending"]);
    expect(states(sending(refused(two, "k1", NO), SAY, "hello"))).toEqual(["k2 sending", "k1 sending"]);
  });
});

describe("a command", () => {
  const claiming = asking(NONE, { ref: "r1", type: "claim", conversation: "c1" });

  test("is under way in its conversation", () => {
    expect(isAsking(claiming, "claim")).toBe(true);
    expect(isAsking(claiming, "claim", "c1")).toBe(true);
    expect(isAsking(claiming, "claim", "c2")).toBe(false);
    expect(isAsking(claiming, "hold")).toBe(false);
  });

  test("ends with its answer, and no other", () => {
    expect(settled(claiming, "r1")).toEqual(NONE);
    expect(refused(claiming, "r1", NO)).toEqual(NONE);
    expect(settled(claiming, "r2")).toBe(claiming);
  });
});

test("what else is in the state stays, and requests keep their type", () => {
  interface State extends OwnRequests<Reply | Note> {
    readonly draft: string;
  }
  const state: State = { ...NONE, pending: [], draft: "d" };
  const note: Note = { type: "note", client_message_id: "n", conversation: "c1", text: "t" };
  const after: State = sending(state, note, "t");
  expect(after).toMatchObject({ draft: "d", pending: [{ request: { type: "note" } }] });
});
