/** Names in sentences of another direction. */

import { expect, test } from "vitest";
import { isolated } from "../src/bidi";

test.each(["علي", "דנה", "Ali علي"])("%s is set apart", (name) => {
  expect(isolated(name)).toBe(`\u2068${name}\u2069`);
});

test.each(["Ana", "Łukasz", "李", ""])("%s stays as it is", (name) => {
  expect(isolated(name)).toBe(name);
});
