/** Opening hours as a form has them: a line of text for each weekday, and one for each holiday. Pure. */
import type { QueueHoursBody, QueueShiftBody } from "../wire/resources";

export interface HoursDraft {
  zone: string;
  /** Monday first, as typed: "9:00-12:30, 14:00-17:00". */
  week: readonly string[];
  /** A date each line: "2026-12-24 9:00-12:00", or the date alone for closed. */
  holidays: string;
}

/** What was typed cannot be read as times. */
export class Unreadable extends Error {
  constructor(
    readonly text: string,
    readonly kind: "day" | "holidays",
  ) {
    super(text);
  }
}

const TIME = /^([01]?\d|2[0-3])(?::([0-5]\d))?$/;
/** The end of a day as many write it. */
const MIDNIGHT = /^\s*24(:00)?\s*$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const OFFICE = "9:00-17:00";

/** Hours to begin with: office hours, where the browser is. */
export function usualHours(): HoursDraft {
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return { zone, week: [OFFICE, OFFICE, OFFICE, OFFICE, OFFICE, "", ""], holidays: "" };
}

/** "9" or "9:00" as "09:00"; null for what is no time of the day. */
function timeIn(text: string): string | null {
  const found = TIME.exec(text.trim());
  return found ? `${found[1]!.padStart(2, "0")}:${found[2] ?? "00"}` : null;
}

/** The shifts of a line. Raises: Unreadable. */
export function shiftsIn(line: string, kind: "day" | "holidays" = "day"): QueueShiftBody[] {
  const parts = line.split(",").filter((part) => part.trim() !== "");
  return parts.map((part) => {
    const [from = "", to = "", ...more] = part.split(/[-\u2013]/);
    const [opens, closes] = [from, to.replace(MIDNIGHT, "0")].map(timeIn);
    if (!opens || !closes || more.length > 0) throw new Unreadable(part.trim(), kind);
    return { opens, closes };
  });
}

const short = (time: string): string => time.replace(/^0/, "");
const lineOf = (shifts: readonly QueueShiftBody[]): string =>
  shifts.map(({ opens, closes }) => `${short(opens)}-${short(closes)}`).join(", ");

function holidayIn(line: string): QueueHoursBody["holidays"][number] {
  const [day = "", ...rest] = line.trim().split(/\s+/);
  if (!DAY.test(day)) throw new Unreadable(line.trim(), "holidays");
  return { day, shifts: shiftsIn(rest.join(" "), "holidays") };
}

export function draftOfHours(hours: QueueHoursBody): HoursDraft {
  const holidays = hours.holidays.map(({ day, shifts }) => `${day} ${lineOf(shifts)}`.trim());
  return { zone: hours.zone, week: hours.week.map(lineOf), holidays: holidays.join("\n") };
}

/** What is sent. Raises: Unreadable. */
export function hoursOf(draft: HoursDraft): QueueHoursBody {
  const lines = draft.holidays.split("\n").filter((line) => line.trim() !== "");
  return {
    zone: draft.zone.trim(),
    week: draft.week.map((line) => shiftsIn(line)),
    holidays: lines.map(holidayIn),
  };
}

/** The weekdays in words, Monday first. */
export function weekdays(locale: string): string[] {
  const name = new Intl.DateTimeFormat(locale, { weekday: "long", timeZone: "UTC" });
  return [5, 6, 7, 8, 9, 10, 11].map((day) => name.format(new Date(Date.UTC(2026, 0, day))));
}
