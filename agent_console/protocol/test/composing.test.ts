/** Which keys an input method has taken. */

import { expect, test } from "vitest";
import { isComposing } from "../src/composing";

test.each([
  ["a key of a composition", { isComposing: true, keyCode: 13 }, true],
  ["the Enter that ends one in Safari", { isComposing: false, keyCode: 229 }, true],
  ["an Enter of one's own", { isComposing: false, keyCode: 13 }, false],
])("%s", (_what, event, taken) => {
  expect(isComposing(event)).toBe(taken);
});
