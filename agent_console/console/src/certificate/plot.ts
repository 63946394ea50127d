/** Windows as lines over days: where each point stands in a drawing of 100 by 100. Pure. */
import type { WindowBody } from "../wire/resources";

export type Measure = "bound" | "answers" | "pending";
export type Point = WindowBody["points"][number];

export interface Line {
  window: number;
  newest: boolean;
  /** `x` and `y` from 0 to 100, the origin at the top left. */
  points: readonly { x: number; y: number }[];
}

export interface Plot {
  /** ISO days, the first and the last that is drawn. */
  from: string;
  to: string;
  /** The value at the top; 0 is at the bottom. */
  top: number;
  lines: readonly Line[];
}

const DAY_MS = 86_400_000;
const dayNumber = (day: string): number => Date.parse(day) / DAY_MS;

/** A round number not below the value: 1, 2 or 5 times a power of ten. */
export function roundUp(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 5, 10].find((one) => one * power >= value * (1 - 1e-9)) ?? 10;
  return Number((step * power).toPrecision(6));
}

/** @param least what must fit in as well, such as the accepted share; null where no window has a point. */
export function plotOf(windows: readonly WindowBody[], measure: Measure, least: number): Plot | null {
  const all = windows.flatMap(({ points }) => points);
  if (all.length === 0) return null;
  const days = all.map(({ day }) => day).sort();
  const [from, to] = [days[0]!, days[days.length - 1]!];
  const span = Math.max(1, dayNumber(to) - dayNumber(from));
  const top = roundUp(Math.max(least, ...all.map((one) => one[measure])));
  const at = (one: Point): { x: number; y: number } => ({
    x: (100 * (dayNumber(one.day) - dayNumber(from))) / span,
    y: 100 - (100 * one[measure]) / top,
  });
  const newest = Math.max(...windows.map(({ number }) => number));
  const lines = windows.map(({ number, points }) => ({
    window: number,
    newest: number === newest,
    points: points.map(at),
  }));
  return { from, to, top, lines };
}

/** The points of all windows, newest day first; of one day the newest window first. */
export function tableOf(windows: readonly WindowBody[]): { window: number; point: Point }[] {
  const rows = windows.flatMap(({ number, points }) => points.map((point) => ({ window: number, point })));
  return rows.sort((a, b) => b.point.day.localeCompare(a.point.day) || b.window - a.window);
}
