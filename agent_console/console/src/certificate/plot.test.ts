/** Windows drawn over days. */
import { expect, it } from "vitest";
import type { WindowBody } from "../wire/resources";
import { plotOf, roundUp, tableOf } from "./plot";

const point = (day: string, answers: number, bound: number) => ({
  day,
  answers,
  right: 0,
  wrong: 0,
  pending: 0,
  bound,
  proven: false,
});
const windowOf = (number: number, ...points: ReturnType<typeof point>[]): WindowBody => ({
  number,
  started_at: "2026-10-01T00:00:00Z",
  ended_at: null,
  ended_because: null,
  chance: 1,
  alpha: 0.02,
  commitment: "ab",
  points,
});
const first = windowOf(1, point("2026-10-01", 10, 1), point("2026-10-03", 40, 0.2));
const second = windowOf(2, point("2026-10-03", 5, 0.5), point("2026-10-05", 20, 0.1));

it("rounds the top up to 1, 2 or 5 times a power of ten", () => {
  expect([0, 0.03, 0.05, 1, 3, 12, 600].map(roundUp)).toEqual([1, 0.05, 0.05, 1, 5, 20, 1000]);
});

it("draws each window from its first day to its last, over the days of all", () => {
  const plot = plotOf([second, first], "answers", 0)!;
  expect([plot.from, plot.to, plot.top]).toEqual(["2026-10-01", "2026-10-05", 50]);
  expect(plot.lines).toEqual([
    { window: 2, newest: true, points: [{ x: 50, y: 90 }, { x: 100, y: 60 }] },
    { window: 1, newest: false, points: [{ x: 0, y: 80 }, { x: 50, y: 20 }] },
  ]); // prettier-ignore
});

it("makes room for what must fit in, and draws a single day at its left", () => {
  const plot = plotOf([windowOf(1, point("2026-10-01", 1, 0.01))], "bound", 0.02)!;
  expect(plot.top).toBe(0.02);
  expect(plot.lines[0]!.points).toEqual([{ x: 0, y: 50 }]);
});

it("draws nothing where no day is counted yet", () => {
  expect(plotOf([windowOf(1)], "bound", 0.02)).toBeNull();
  expect(plotOf([], "bound", 0.02)).toBeNull();
});

it("lists the days newest first", () => {
  expect(tableOf([first, second]).map(({ window, point: { day } }) => [day, window])).toEqual([
    ["2026-10-05", 2],
    ["2026-10-03", 2],
    ["2026-10-03", 1],
    ["2026-10-01", 1],
  ]);
});
