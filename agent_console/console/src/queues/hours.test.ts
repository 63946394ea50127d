import { describe, expect, it } from "vitest";
import type { QueueHoursBody } from "../wire/resources";
import { draftOfHours, hoursOf, shiftsIn, Unreadable, usualHours, weekdays } from "./hours";

const HOURS: QueueHoursBody = {
  zone: "Europe/Berlin",
  week: [
    [
      { opens: "09:00", closes: "12:30" },
      { opens: "14:00", closes: "17:00" },
    ],
    [],
    [],
    [],
    [],
    [],
    [],
  ],
  holidays: [
    { day: "2026-12-24", shifts: [{ opens: "09:00", closes: "12:00" }] },
    { day: "2026-12-25", shifts: [] },
  ],
};

describe("opening hours in a form", () => {
  it("sends back what it was given", () => {
    expect(draftOfHours(HOURS).week[0]).toBe("9:00-12:30, 14:00-17:00");
    expect(hoursOf(draftOfHours(HOURS))).toEqual(HOURS);
  });
  it("reads times as people write them", () => {
    expect(shiftsIn(" 9 - 17 ")).toEqual([{ opens: "09:00", closes: "17:00" }]);
    expect(shiftsIn("22:00\u20136:00,")).toEqual([{ opens: "22:00", closes: "06:00" }]);
    expect(shiftsIn("0:00-24:00, 18-24")).toEqual([
      { opens: "00:00", closes: "00:00" },
      { opens: "18:00", closes: "00:00" },
    ]);
    expect(shiftsIn("  ")).toEqual([]);
  });
  it("refuses what is no time", () => {
    for (const line of ["9", "9-25", "24-9", "9:60-10", "9-10-11", "morning", "-"])
      expect(() => shiftsIn(line), line).toThrow(Unreadable);
    expect(() => hoursOf({ ...draftOfHours(HOURS), holidays: "Christmas" })).toThrow(Unreadable);
  });
  it("begins with office hours, Monday first", () => {
    expect(hoursOf(usualHours()).week.map((shifts) => shifts.length)).toEqual([1, 1, 1, 1, 1, 0, 0]);
    expect(weekdays("en")[0]).toBe("Monday");
  });
});
