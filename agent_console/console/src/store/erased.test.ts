/** Drafts go with the words they belong to. */
import { describe, expect, it } from "vitest";
import { aMessage, after, message, snapshot } from "./cases";
import { draftsToDrop } from "./erased";

const DRAFTS = ["draft.c1.reply", "draft.c1.note"];
const erased = { type: "erased" as const, stream: "conversation:c1", seq: 6 };
const end = (frames: ReturnType<typeof snapshot>) => frames[frames.length - 1]!;

describe("the drafts of a conversation", () => {
  it("are dropped when it is erased", () => {
    expect(draftsToDrop(after(snapshot([aMessage(5)], 5)), erased)).toEqual(DRAFTS);
  });

  it("are dropped when it is opened and was erased meanwhile", () => {
    const frames = snapshot([aMessage(5, { body: { kind: "erased" } })], 6);
    expect(draftsToDrop(after(frames), end(frames))).toEqual(DRAFTS);
  });

  it("stay otherwise", () => {
    const frames = snapshot([aMessage(5)], 5);
    expect(draftsToDrop(after(frames), end(frames))).toEqual([]);
    expect(draftsToDrop(after([message(6)], after(frames)), message(6))).toEqual([]);
  });
});
