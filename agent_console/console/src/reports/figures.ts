/** What the reports show of figures: names, terms, values, and how they are written. Pure. */
import type { Term } from "../components/Figure";
import { asFinePercent, duration, type Phrase } from "../locale/words";
import type { FiguresBody, ReportBody } from "../wire/resources";

export interface Measure {
  key: string;
  name: Phrase;
  term: Term;
  value: (figures: FiguresBody) => number | null;
  write: (value: number) => string;
  /** Of a share: how many of how many. */
  parts?: (figures: FiguresBody) => readonly [number, number];
}

const counts = new Intl.NumberFormat("en");
export const asCount = (value: number): string => counts.format(value);
const asTime = (seconds: number): string => duration(seconds * 1000);
/** Below a minute to a tenth of a second. */
const asShortTime = (seconds: number): string => (seconds < 60 ? `${seconds.toFixed(1)} s` : asTime(seconds));

type Count = { [K in keyof FiguresBody]: FiguresBody[K] extends number ? K : never }[keyof FiguresBody];
type Time = Exclude<keyof FiguresBody, Count>;

const count = (key: Count, term: Term): Measure => ({
  key,
  name: `reports.${key}` as Phrase,
  term,
  value: (figures) => figures[key],
  write: asCount,
});

const share = (key: Count, whole: Count, term: Term): Measure => ({
  key,
  name: `reports.${key}` as Phrase,
  term,
  value: (figures) => (figures[whole] > 0 ? figures[key] / figures[whole] : null),
  write: asFinePercent,
  parts: (figures) => [figures[key], figures[whole]],
});

const time = (key: Time, term: Term, write = asTime): Measure => ({
  key,
  name: `reports.${key}` as Phrase,
  term,
  value: (figures) => figures[key],
  write,
});

/** In the order in which tiles and columns stand. */
export const MEASURES: readonly Measure[] = [
  count("conversations", "case"),
  share("automated", "requests", "automated"),
  share("contained", "requests", "contained"),
  share("durable", "due", "durably-resolved"),
  count("handed_off", "handed-off"),
  time("bot_response_mean", "first-response-of-the-bot", asShortTime),
  time("human_response_median", "first-response-of-a-person"),
  time("wait_median", "time-in-queue"),
  time("handle_median", "handle-time"),
  share("abandoned", "waited", "abandonment"),
  share("satisfied", "ratings", "csat"),
  count("transfers", "transfers"),
  count("reopened", "reopenings"),
  share("overridden", "compared", "override-frequency"),
  count("under_sla", "under-a-service-level"),
  share("first_response_met", "first_response_targets", "first-responses-in-time"),
  share("next_response_met", "next_response_targets", "further-answers-in-time"),
  share("resolution_met", "resolution_targets", "ends-in-time"),
  count("sla_breached", "missed-service-levels"),
  count("sla_warned", "service-level-warnings"),
  {
    key: "occupancy",
    name: "reports.occupancy",
    term: "occupancy",
    value: (one) => one.occupancy,
    write: asFinePercent,
  },
];

const BOTH = ["conversations", "human_response_median", "first_response_met", "handle_median", "satisfied"];
const OVER_ALL = [...BOTH, "automated", "handed_off", "wait_median", "sla_breached"];
const OF_PEOPLE = [...BOTH, "durable", "transfers", "overridden", "sla_breached"];

/** Those that are drawn: of agents and reasons what people did. */
export function drawn(by: ReportBody["by"]): readonly Measure[] {
  const keys = by === "agent" || by === "team" || by === "reason" ? OF_PEOPLE : OVER_ALL;
  return MEASURES.filter(({ key }) => keys.includes(key));
}

export interface Line {
  /** The value at the top; 0 is at the bottom. */
  top: number;
  /** Stretches of days with a value, in a drawing of 100 by 100. */
  stretches: readonly (readonly { x: number; y: number }[])[];
}

const STEPS = [1, 1.5, 2, 3, 5, 8, 10];

/** A round number not below the value: of what is counted a whole one. */
export function roundUp(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return Number(((STEPS.find((one) => one * power >= value * (1 - 1e-9)) ?? 10) * power).toPrecision(6));
}

/** @returns null where no day has a value */
export function lineOf(values: readonly (number | null)[], most = Infinity): Line | null {
  const known = values.filter((one) => one !== null);
  if (known.length === 0) return null;
  const top = Math.min(most, roundUp(Math.max(...known)));
  const span = Math.max(1, values.length - 1);
  const stretches: { x: number; y: number }[][] = [];
  values.forEach((value, at) => {
    if (value === null) return;
    if (at === 0 || values[at - 1] === null) stretches.push([]);
    stretches.at(-1)!.push({ x: (100 * at) / span, y: 100 - (100 * value) / top });
  });
  return { top, stretches };
}
