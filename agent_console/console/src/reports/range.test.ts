import { describe, expect, it } from "vitest";
import { daysOf, firstOf, pathOf, todayIn, type Wanted } from "./range";

const wanted: Wanted = {
  by: "day",
  since: "2026-02-27",
  until: "2026-03-01",
  zone: "Europe/Madrid",
  site: "",
  queue: "vip",
  agent: "",
  intent: "",
  team: "",
};

describe("the days of a report", () => {
  it("end today where the zone is", () => {
    const now = new Date("2026-03-01T23:30:00Z");
    expect(todayIn("UTC", now)).toBe("2026-03-01");
    expect(todayIn("Asia/Tokyo", now)).toBe("2026-03-02");
  });
  it("are counted with both ends", () => {
    expect(firstOf(3, "2026-03-01")).toBe("2026-02-27");
    expect(daysOf(wanted)).toBe(3);
  });
  it("are asked for with the filters that are set", () => {
    expect(pathOf(wanted)).toBe("reports?by=day&since=2026-02-27&until=2026-03-01&zone=Europe%2FMadrid&queue=vip");
    expect(pathOf(wanted, "reports/csv")).toMatch(/^reports\/csv\?by=day/);
    expect(pathOf(wanted, "reports/comments")).toMatch(/^reports\/comments\?since=/);
  });
});
