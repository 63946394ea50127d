/** Rules of lines above the launcher, as a page writes them. */

import { expect, test } from "vitest";
import { parsedRules, ruleFor } from "../src/opening_rules";

const TEXT = `
  /pricing*   20  Shall we help you choose?
  /checkout   5   Any question about your order?  Ask.
  nonsense
  /late       soon  Hello
  *           600   Still looking?
`;

test("one rule a line, and what is none is told", () => {
  const wrong: string[] = [];
  const rules = parsedRules(TEXT, (line) => wrong.push(line));
  expect(rules.map(({ path, seconds }) => [path, seconds])).toEqual([
    ["/pricing*", 20],
    ["/checkout", 5],
    ["*", 600],
  ]);
  expect(rules[1]!.text).toBe("Any question about your order?  Ask.");
  expect(wrong).toEqual(["nonsense", "/late       soon  Hello"]);
});

test.each([
  ["/pricing/teams", 20],
  ["/checkout", 5],
  ["/checkout/", 600],
  ["/", 600],
])("the first that fits %s counts", (path, seconds) => {
  expect(
    ruleFor(
      parsedRules(TEXT, () => {}),
      path,
    )?.seconds,
  ).toBe(seconds);
});

test("signs of patterns mean themselves", () => {
  const rules = parsedRules("/a.b(c) 0 Hi\n/*/end 0 Hello", () => {});
  expect(ruleFor(rules, "/axb(c)")).toBeUndefined();
  expect(ruleFor(rules, "/a.b(c)")?.text).toBe("Hi");
  expect(ruleFor(rules, "/x/y/end")?.text).toBe("Hello");
});
