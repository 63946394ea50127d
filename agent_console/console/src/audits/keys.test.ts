/** Keys of the audit bench. */
import { expect, it } from "vitest";
import { doingOf } from "./keys";

const press = (key: string, over: object = {}, filter = "", onButton = false) =>
  doingOf({ key, ctrlKey: false, metaKey: false, altKey: false, ...over }, filter, onButton);

it("picks by number, also while something is typed", () => {
  expect(press("1")).toEqual({ do: "pick", at: 0 });
  expect(press("9", {}, "ref")).toEqual({ do: "pick", at: 8 });
});

it.each([
  ["0", "out_of_scope"],
  ["-", "cannot_tell"],
  ["+", "unserved"],
  ["=", "answers"],
  [".", "skip"],
  ["Enter", "confirm"],
])("%s is %s", (key, done) => expect(press(key)).toEqual({ do: done }));

it("leaves letters to the filter, and keys with Alt to the browser", () => {
  expect(press("r")).toBeNull();
  expect(press("z")).toBeNull();
  expect(press("1", { altKey: true })).toBeNull();
  expect(press("c", { ctrlKey: true })).toBeNull();
});

it("takes a label back by Ctrl+Z unless words are being typed, which the browser takes back", () => {
  expect(press("z", { ctrlKey: true })).toEqual({ do: "undo" });
  expect(press("z", { metaKey: true })).toEqual({ do: "undo" });
  expect(press("z", { ctrlKey: true }, "ref")).toBeNull();
});

it("clears what is typed before it takes an intent away", () => {
  expect(press("Escape", {}, "ref")).toEqual({ do: "clear" });
  expect(press("Escape")).toBeNull();
  expect(press("Backspace", {}, "ref")).toBeNull();
  expect(press("Backspace")).toEqual({ do: "drop" });
});

it("lets Enter press the button that has the focus", () => expect(press("Enter", {}, "", true)).toBeNull());
