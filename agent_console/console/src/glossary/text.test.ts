/** Definitions as they are shown. */
import { expect, it } from "vitest";
import { parts, plain } from "./text";
import en from "../locale/en.json";
import terms from "./terms.generated.json";

it("keeps the words and takes the signs of formatting away", () => {
  expect(parts("A stream, such as `desk`, that *settles*.")).toEqual([
    { kind: "text", text: "A stream, such as " },
    { kind: "code", text: "desk" },
    { kind: "text", text: ", that " },
    { kind: "em", text: "settles" },
    { kind: "text", text: "." },
  ]);
  expect(plain("`v13` is one.")).toBe("v13 is one.");
});

it("leaves no sign of formatting in any definition", () => {
  for (const { text } of Object.values(terms)) expect(plain(text)).not.toMatch(/[`*[\]]/);
});

it("says of each outcome what its hint says", () => {
  const defined = plain(terms.outcome.text).toLowerCase();
  const hints = Object.entries(en).filter(([phrase]) => /^outcome\.\w+\.hint$/.test(phrase));
  expect(hints).toHaveLength(5);
  for (const [, hint] of hints) expect(defined).toContain(hint.toLowerCase());
});
