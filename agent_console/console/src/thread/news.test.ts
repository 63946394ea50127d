/** Assistive technology hears what is new, and never the history again. */
import { describe, expect, it } from "vitest";
import { emptyThread, type Thread } from "@escalation/protocol";
import { after, aMessage, message, snapshot } from "../store/cases";
import type { Outbound } from "../wire/frames";
import { newMessages, spoken } from "./news";

const shown = (frames: readonly Outbound[]): Thread => after(frames).threads["c1"] ?? emptyThread("c1");
const opened = snapshot([aMessage(1), aMessage(2)], 2);
const ids = (before: Thread | null, thread: Thread): number[] =>
  newMessages(before, thread, "Ana").map((one) => one.seq);

describe("assistive technology re-reads history", () => {
  it("hears nothing of a thread that is opened", () => {
    expect(ids(null, shown(opened))).toEqual([]);
    expect(ids(emptyThread("c1"), shown(opened))).toEqual([]);
  });
  it("hears nothing when the same thread is read again", () => {
    expect(ids(shown(opened), shown([...opened, ...opened]))).toEqual([]);
  });
  it("hears a message that comes, also by a snapshot after a lost connection", () => {
    expect(ids(shown(opened), shown([...opened, message(3)]))).toEqual([3]);
    expect(ids(shown(opened), shown(snapshot([aMessage(1), aMessage(2), aMessage(3)], 3)))).toEqual([3]);
  });
  it("does not hear its own words", () => {
    const own = message(3, { author: "agent", author_name: "Ana" });
    const toms = message(4, { author: "agent", author_name: "Tom" });
    expect(ids(shown(opened), shown([...opened, own, toms]))).toEqual([4]);
  });
});

it("says who wrote, and that a note is one", () => {
  expect(spoken(aMessage(1, { body: { kind: "text", text: "where is it?" } }), "Ana")).toBe("Customer: where is it?");
  const note = aMessage(2, {
    author: "agent",
    author_name: "Tom",
    internal: true,
    body: { kind: "text", text: "look here" },
  });
  expect(spoken(note, "Ana")).toBe("Internal note, Tom: look here");
  const notice = aMessage(3, { author: "system", body: { kind: "notice", code: "handed_back", params: {} } });
  expect(spoken(notice, "Ana")).toBe("Handed back to the bot.");
});
