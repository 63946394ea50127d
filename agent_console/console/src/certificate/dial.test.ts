import { expect, it } from "vitest";
import "../locale/pages";
import type { DialPosition } from "../wire/resources";
import { factsOf } from "./dial";

const POSITION: DialPosition = {
  alpha: 0.02,
  threshold: 0.9,
  coverage: 0.614,
  wrong: 0.0123,
  audits_needed: 862,
  days_needed: 21.2,
  handoffs_an_hour: 12.34,
};
const said = (changes: Partial<DialPosition>): string[] =>
  factsOf({ ...POSITION, ...changes }).map(({ value }) => value);

it("says what a position means, as exact as it is known", () => {
  expect(said({})).toEqual(["61%", "1.2%", "860", "22 days", "12"]);
});

it("says what is not known yet", () => {
  expect(said({ days_needed: null, handoffs_an_hour: null }).slice(3)).toEqual(["not known yet", "not known yet"]);
});

it("says where no certificate is to be expected, or not within a window", () => {
  expect(said({ coverage: 0, wrong: null, audits_needed: null, days_needed: null }).slice(0, 4)).toEqual([
    "0%",
    "answers nothing",
    "not to be expected",
    "not to be expected",
  ]);
  expect(said({ days_needed: 91 })[3]).toBe("longer than a window lasts");
});
