/** An edit over a stored text that may change meanwhile. */
import { expect, it } from "vitest";
import { stateOf } from "./draft";

it("shows what is stored while nobody writes", () => {
  expect(stateOf(null, "a")).toEqual({ value: "a", dirty: false, moved: false });
});

it("keeps what is written when the stored text changes, and says so", () => {
  const edit = { base: "a", value: "mine" };
  expect(stateOf(edit, "a")).toEqual({ value: "mine", dirty: true, moved: false });
  expect(stateOf(edit, "theirs")).toEqual({ value: "mine", dirty: true, moved: true });
});

it("has nothing to save once the stored text is what was written", () => {
  expect(stateOf({ base: "a", value: "mine " }, "mine")).toMatchObject({ dirty: false, moved: false });
});
