/** When a snooze can end. */
import { describe, expect, it } from "vitest";
import { fieldValue, snoozeTimes, wrongTime } from "./snoozeTimes";

const names = (now: Date): string[] => snoozeTimes(now).map(([preset]) => preset);
const told = (now: Date): string[] => snoozeTimes(now).map(([, time]) => fieldValue(time));

describe("the offered times", () => {
  const wednesday = new Date(2026, 0, 7, 10, 20);
  it("are an hour, this evening, tomorrow and Monday morning", () => {
    expect(names(wednesday)).toEqual(["hour", "evening", "tomorrow", "monday"]);
    expect(told(wednesday)).toEqual(["2026-01-07T11:20", "2026-01-07T18:00", "2026-01-08T09:00", "2026-01-12T09:00"]);
  });
  it("leave out an evening that is nearly over", () => {
    expect(names(new Date(2026, 0, 7, 17, 30))).not.toContain("evening");
  });
  it("say tomorrow, not Monday, on a Sunday", () => {
    expect(names(new Date(2026, 0, 11, 10))).toEqual(["hour", "evening", "tomorrow"]);
  });
  it("mean the next Monday on a Monday", () => {
    expect(told(new Date(2026, 0, 12, 8)).at(-1)).toBe("2026-01-19T09:00");
  });
});

it("refuses a chosen time that is missing, past, or more than 30 days ahead", () => {
  const now = new Date(2026, 0, 7, 10, 20);
  expect(wrongTime("", now)).toBe("missing");
  expect(wrongTime("2026-01-07T10:20", now)).toBe("past");
  expect(wrongTime("2026-01-07T10:21", now)).toBeNull();
  expect(wrongTime("2026-02-06T10:20", now)).toBeNull();
  expect(wrongTime("2026-02-06T10:21", now)).toBe("tooFar");
  expect(wrongTime("9999-01-01T00:00", now)).toBe("tooFar");
});
