/** The times to snooze until that people mean by a few words, by this browser's clock. Pure. */
export type Preset = "hour" | "evening" | "tomorrow" | "monday";
export const SNOOZE_DAYS = 30;

const MORNING_HOUR = 9;
const EVENING_HOUR = 18;
const HOUR_MS = 3_600_000;

function at(now: Date, days: number, hour: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour);
}

/** Monday is 1; on a Monday the next one is meant. */
const untilMonday = (now: Date): number => (8 - now.getDay()) % 7 || 7;

/** What is offered now, soonest first: no evening that is nearly over, no Monday that is tomorrow. */
export function snoozeTimes(now: Date): readonly (readonly [Preset, Date])[] {
  const inAnHour = new Date(now.getTime() + HOUR_MS);
  const evening = at(now, 0, EVENING_HOUR);
  const times: [Preset, Date][] = [["hour", inAnHour]];
  if (evening > inAnHour) times.push(["evening", evening]);
  times.push(["tomorrow", at(now, 1, MORNING_HOUR)]);
  if (untilMonday(now) > 1) times.push(["monday", at(now, untilMonday(now), MORNING_HOUR)]);
  return times;
}

/** The value of a field `datetime-local`, which knows no time zone. */
export function fieldValue(date: Date): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-");
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

export type Wrong = "missing" | "past" | "tooFar";

/** What is wrong with a chosen time, if anything. */
export function wrongTime(chosen: string, now: Date): Wrong | null {
  const time = Date.parse(chosen);
  if (Number.isNaN(time)) return "missing";
  if (time <= now.getTime()) return "past";
  return time > now.getTime() + SNOOZE_DAYS * 24 * HOUR_MS ? "tooFar" : null;
}
