/** Which key presses count as shortcuts. */
import { expect, it } from "vitest";
import { keyOf } from "./shortcuts";

const press = (key: string, over: object = {}) =>
  keyOf({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...over });

it("names plain keys and shifted letters, and nothing else", () => {
  expect(press("e")).toBe("e");
  expect(press("E", { shiftKey: true })).toBe("shift+e");
  expect(press("?", { shiftKey: true })).toBe("?");
  expect(press("e", { ctrlKey: true })).toBeNull();
  expect(press("Enter")).toBeNull();
});
