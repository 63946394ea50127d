/** Keys that go through a thread. */
import { expect, it } from "vitest";
import { entryAfter } from "./entryAfter";

it("begins at the newest entry", () => {
  expect(["ArrowUp", "ArrowDown", "End"].map((key) => entryAfter(key, -1, 5, true))).toEqual([4, 4, 4]);
  expect(entryAfter("ArrowUp", -1, 0, true)).toBe(-1);
});

it("goes on from the entry that has the focus, and stops at both ends", () => {
  expect([entryAfter("ArrowUp", 3, 5, false), entryAfter("ArrowDown", 3, 5, false)]).toEqual([2, 4]);
  expect([entryAfter("ArrowUp", 0, 5, false), entryAfter("ArrowDown", 4, 5, false)]).toEqual([-1, -1]);
  expect([entryAfter("Home", 3, 5, false), entryAfter("End", 3, 5, false)]).toEqual([0, 4]);
});

it("comes back to where it was", () => expect(entryAfter("ArrowUp", 2, 5, true)).toBe(2));
it("leaves other keys alone", () => expect(entryAfter("Enter", 2, 5, false)).toBe(-1));
