/** The store against frames: what a customer sees after each. */
/// <reference types="vite/client" />

import { asking, discarded, isAsking, sending, type Outbound, type Say } from "@escalation/protocol";
import { describe, expect, test } from "vitest";
import * as store from "../src/store";
import { aControl, aMessage, aNotice, control, CONVERSATION, message, opened, snapshot, STREAM } from "./frames";

interface Case {
  readonly frames: { readonly customer: readonly Outbound[] };
  readonly snapshot: { readonly customer: readonly Outbound[] };
}

const cases = import.meta.glob<Case>("../../../tests/realtime/cases/*.json", { eager: true, import: "default" });

/** The same table stands in `tests/realtime/test_contact_cases.py`, where the server's rule is held against it. */
const CONTACT: Readonly<Record<string, "asked" | "left" | null>> = {
  answered: null,
  handed_off: null,
  contact_asked: "asked",
  contact_left: "left",
  expired: "asked",
  contact_left_late: "left",
  given_up: null,
  handoff_cancelled: null,
  with_agent: null,
  resolved: null,
};

const SAY: Say = { type: "say", client_message_id: "0000", text: "hello" };

function after(frames: readonly Outbound[], from: store.CustomerThread = store.EMPTY): store.CustomerThread {
  return frames.reduce(store.apply, from);
}

const ids = (thread: store.CustomerThread): string[] => thread.messages.map((one) => one.id);

describe("the thread", () => {
  test("events after a snapshot make what a later snapshot says", () => {
    const messages = [aMessage(1, { author: "customer" }), aMessage(2), aMessage(3)];
    const live = after([opened(), ...snapshot(messages[0]!), message(messages[1]!), message(messages[2]!)]);
    const fresh = after([opened(), ...snapshot(...messages)]);
    expect({ ...live, controlSeq: fresh.controlSeq }).toEqual(fresh);
  });

  test("a snapshot replaces what was there, and one cut short by a lost connection leaves no trace", () => {
    const [part] = snapshot(aMessage(1));
    const welcome = { type: "welcome", conversation: CONVERSATION } as Outbound;
    const thread = after([opened(), message(aMessage(7)), part!, welcome, ...snapshot(aMessage(2), aMessage(3))]);
    expect(ids(thread)).toEqual(["m2", "m3"]);
  });

  test("frames of a conversation that is not ours change nothing", () => {
    const before = after([opened(), ...snapshot(aMessage(1))]);
    const foreign = { ...message(aMessage(2)), stream: "conversation:v0" } as Outbound;
    expect(store.apply(before, foreign)).toBe(before);
  });

  test("an agent's mark is shown under the customer's last message alone, and not in another conversation", () => {
    const [first, last] = [aMessage(1, { author: "customer" }), aMessage(3, { author: "customer" })];
    const read = (up_to: number, conversation = CONVERSATION): Outbound => ({ type: "read", conversation, up_to });
    const thread = after([opened(), ...snapshot(first, aMessage(2), last), read(9, "v0"), read(1)]);
    expect(thread.messages.map((one) => store.isRead(thread, one))).toEqual([false, false, false]);
    const later = store.apply(thread, read(3));
    expect(later.messages.map((one) => store.isRead(later, one))).toEqual([false, false, true]);
    expect(store.apply(later, opened("v2")).read).toBe(0);
  });

  test("a new conversation starts empty below the earlier one", () => {
    const thread = after([opened(), ...snapshot(aMessage(1)), control({ status: "closed" }), opened("v2")]);
    expect(thread).toMatchObject({ conversation: "v2", messages: [], control: null });
    expect(thread.earlier.map((one) => one.id)).toEqual(["m1"]);
  });

  test("erasing takes the words and leaves the places", () => {
    const thread = after([opened(), ...snapshot(aMessage(1), aMessage(2)), { type: "erased", stream: STREAM, seq: 3 }]);
    expect(thread.messages.map((one) => one.body.kind)).toEqual(["erased", "erased"]);
  });
});

describe("a message being sent", () => {
  const accepted: Outbound = { type: "accepted", ref: "0000", seq: 1, conversation: CONVERSATION };
  const arrived = message(aMessage(1, { author: "customer", client_message_id: "0000" }));

  test("shows at once, then once, whichever of `accepted` and its event comes first", () => {
    const sent = sending(after([opened(), ...snapshot()]), SAY, "hello");
    expect(sent.pending).toMatchObject([{ text: "hello", state: "sending" }]);
    for (const order of [
      [accepted, arrived],
      [arrived, accepted],
    ]) {
      const thread = after(order, sent);
      expect(thread.pending).toEqual([]);
      expect(ids(thread)).toEqual(["m1"]);
    }
  });

  test("the first of all tells which conversation it opened", () => {
    const thread = after([accepted], sending(store.EMPTY, SAY, "hello"));
    expect(thread.conversation).toBe(CONVERSATION);
    expect(thread.pending).toMatchObject([{ state: "sent" }]);
  });

  test("refused, it stays with the reason until it is tried again or thrown away", () => {
    const refused: Outbound = { type: "error", code: "too_long", message: "no", ref: "0000" };
    const failed = after([refused], sending(store.EMPTY, SAY, "hello"));
    expect(failed.pending).toMatchObject([{ state: "failed", refusal: { code: "too_long" } }]);
    expect(sending(failed, SAY, "hello").pending).toEqual([
      { ref: "0000", request: SAY, text: "hello", state: "sending", refusal: null },
    ]);
    expect(discarded(failed, "0000").pending).toEqual([]);
  });

  test("that the thread shows already is gone when another page's attempt is accepted", () => {
    const shown = after([opened(), ...snapshot(), arrived]);
    expect(after([accepted], sending(shown, SAY, "hello")).pending).toEqual([]);
  });

  test("arrives in a snapshot too", () => {
    const sent = sending(after([opened()]), SAY, "hello");
    const thread = after(snapshot(aMessage(1, { author: "customer", client_message_id: "0000" })), sent);
    expect(thread.pending).toEqual([]);
  });
});

describe("what the customer can do", () => {
  const choices = aMessage(2, { body: { kind: "choices", options: [{ intent: "a", title: "A" }] } });

  test("choices are open until one is on its way, something else was said, or a person took over", () => {
    const open = after([opened(), ...snapshot(aMessage(1, { author: "customer" }), choices)]);
    expect(store.openChoices(open)?.id).toBe("m2");
    expect(store.openChoices(sending(open, SAY, "A"))).toBeNull();
    expect(store.openChoices(after([message(aMessage(3, { author: "customer" }))], open))).toBeNull();
    expect(store.openChoices(after([control({ status: "waiting" })], open))).toBeNull();
  });

  test("only the bot's newest answer can be called unhelpful, and once", () => {
    const answered = after([opened(), ...snapshot(aMessage(1), aMessage(2))]);
    expect(store.judgeable(answered)?.id).toBe("m2");
    expect(store.judgeable(store.calledUnhelpful(answered, "m2"))).toBeNull();
    expect(store.judgeable(after([message(choices)], after([opened(), ...snapshot()])))).toBeNull();
  });

  test.each(Object.entries(CONTACT))("an address is asked for where the server takes one: %s", (name, contact) => {
    const { frames, snapshot: shown } = cases[`../../../tests/realtime/cases/${name}.json`]!;
    for (const told of [frames.customer, shown.customer]) {
      const thread = after([opened(), ...told]);
      expect(store.needsContact(thread)).toBe(contact === "asked");
      expect(store.contactLeft(thread)).toBe(contact === "left");
    }
  });

  test("nothing is asked of a customer whose words were erased", () => {
    const told = after([opened(), ...snapshot(), control({ status: "waiting", contact: "asked" })]);
    expect(store.needsContact(told)).toBe(true);
    expect(store.needsContact(after([{ type: "erased", stream: STREAM, seq: 99 }], told))).toBe(false);
  });

  test("a command's button waits for its answer", () => {
    const asked = asking(store.EMPTY, { ref: "r1", type: "ask_for_human", conversation: "" });
    const waits = (thread: store.CustomerThread): boolean => isAsking(thread, "ask_for_human");
    expect(waits(asked)).toBe(true);
    expect(waits(after([{ type: "error", code: "not_allowed_now", message: "", ref: "r1" }], asked))).toBe(false);
    expect(waits(after([{ type: "accepted", ref: "r1", seq: 2, conversation: null }], asked))).toBe(false);
  });
});

describe("who is writing", () => {
  test("the bot, from the moment the message was stored until it answered", () => {
    const asked = after([opened(), ...snapshot(aMessage(1, { author: "customer" }))]);
    expect(store.botThinks(asked)).toBe(true);
    expect(store.botThinks(after([message(aMessage(2))], asked))).toBe(false);
    expect(store.botThinks(after([control({ status: "assigned" })], asked))).toBe(false);
    expect(store.botThinks(store.EMPTY)).toBe(false);
  });

  test("an agent, until their message comes", () => {
    const writing: Outbound = { type: "typing", conversation: CONVERSATION, who: "agent", name: "Ana" };
    const thread = after([opened(), ...snapshot(), writing]);
    expect(thread.typing).toBe("Ana");
    expect(after([message(aMessage(1, { author: "agent" }))], thread).typing).toBeNull();
    expect(store.typingFaded(thread).typing).toBeNull();
  });
});

test("unread counts what others said after the last seq seen, not notices and not one's own", () => {
  const thread = after([
    opened(),
    ...snapshot(
      aMessage(1),
      aMessage(2, { author: "customer" }),
      aNotice(3, "agent_joined"),
      aMessage(4, { author: "agent" }),
    ),
  ]);
  expect(store.unread(thread, 0)).toBe(2);
  expect(store.unread(thread, 1)).toBe(1);
  expect(store.unread(thread, 4)).toBe(0);
  expect(thread.control).toEqual(aControl());
});

describe("the place in the queue", () => {
  const waiting = [opened(), ...snapshot(aMessage(1)), control({ status: "waiting" })];
  const place = {
    type: "queue_place",
    conversation: CONVERSATION,
    position: 3,
    low_minutes: 2,
    high_minutes: 6,
  } as const;

  test("is shown while the customer waits, and taken back when nothing can be said any more", () => {
    const told = after([...waiting, place]);
    expect(told.place).toEqual({ position: 3, low: 2, high: 6 });
    expect(after([{ ...place, position: null }], told).place).toBeNull();
    expect(after([control({ status: "assigned" }, 99)], told).place).toBeNull();
  });

  test("of another conversation is not ours", () => {
    expect(after([...waiting, { ...place, conversation: "v0" }]).place).toBeNull();
  });
});
