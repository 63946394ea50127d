/** What a position of the risk dial means, in words. Pure. */
import type { Term } from "../components/Figure";
import { asFinePercent, asPercent, LOCALE, words, type Phrase } from "../locale/words";
import type { DialPosition } from "../wire/resources";

const count = new Intl.NumberFormat(LOCALE);
const rough = new Intl.NumberFormat(LOCALE, { maximumSignificantDigits: 2 });
const days = new Intl.NumberFormat(LOCALE, {
  style: "unit",
  unit: "day",
  unitDisplay: "long",
  maximumSignificantDigits: 2,
});
/** A window is as old as this at most. */
export const LONGEST_DAYS = 90;

export const asCount = (number: number): string => count.format(number);

export interface DialFact {
  name: Phrase;
  term: Term;
  value: string;
}

function time({ audits_needed: audits, days_needed: left }: DialPosition): string {
  if (audits === null) return words("dial.never");
  if (left === null) return words("dial.unknown");
  return left > LONGEST_DAYS ? words("dial.tooLong") : days.format(Math.max(1, Math.ceil(left)));
}

/** Coverage, expected errors, audits, days, and what is left to people, in the order they are read. */
export function factsOf(position: DialPosition): DialFact[] {
  const { coverage, wrong, audits_needed: audits, handoffs_an_hour: left } = position;
  return [
    { name: "dial.coverage", term: "coverage", value: asPercent(coverage) },
    { name: "dial.wrong", term: "risk", value: wrong === null ? words("dial.nothing") : asFinePercent(wrong) },
    {
      name: "dial.audits",
      term: "audits-to-a-certificate",
      value: audits === null ? words("dial.never") : rough.format(audits),
    },
    { name: "dial.days", term: "audits-to-a-certificate", value: time(position) },
    {
      name: "dial.left",
      term: "left-to-people",
      value: left === null ? words("dial.unknown") : rough.format(left),
    },
  ];
}
