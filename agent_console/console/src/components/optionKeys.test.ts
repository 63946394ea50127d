/** Keys among options. */
import { expect, it } from "vitest";
import { optionKey } from "./optionKeys";

it("goes round", () => {
  expect(optionKey("ArrowDown", 2, 3)).toEqual({ do: "move", to: 0 });
  expect(optionKey("ArrowUp", 0, 3)).toEqual({ do: "move", to: 2 });
});

it("picks by Enter and Tab, and only where there is something", () => {
  expect(["Enter", "Tab"].map((key) => optionKey(key, 0, 3)?.do)).toEqual(["pick", "pick"]);
  expect(["Enter", "Tab", "ArrowUp"].map((key) => optionKey(key, 0, 0))).toEqual([null, null, null]);
});

it("closes by Escape, and leaves what is typed alone", () => {
  expect([optionKey("Escape", 0, 0), optionKey("a", 0, 3)]).toEqual([{ do: "close" }, null]);
});
