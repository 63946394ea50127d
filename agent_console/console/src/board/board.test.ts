import { describe, expect, it } from "vitest";
import { aRow } from "../store/cases";
import type { AgentView } from "../wire/frames";
import { peopleNow, queuesNow, totals } from "./board";

const NOW = Date.parse("2030-01-02T12:00:00Z");
const at = (seconds: number): string => new Date(NOW + seconds * 1000).toISOString();
const waiting = (id: string, queue: string, ago: number, due: number) =>
  aRow(id, 1, { status: "waiting", queue, waiting_since: at(-ago), deadline: at(due) });
const agent = (name: string, over: Partial<AgentView> = {}): AgentView => ({
  id: name,
  name,
  role: "agent",
  availability: "online",
  load: 0,
  capacity: 4,
  away_because: null,
  ...over,
});

const ROWS = [
  waiting("new", "general", 5, 900),
  waiting("bill", "billing", 20, 30),
  waiting("old", "general", 90, -5),
  aRow("held", 1, {
    status: "assigned",
    sla: { target: "next_response", warn_at: at(-60), due_at: at(-1) },
  }),
  aRow("bot", 1, { status: "bot" }),
];

describe("the live board", () => {
  it("has each queue by age", () => {
    expect(queuesNow(ROWS).map(({ name, rows }) => [name, rows.map((row) => row.conversation)])).toEqual([
      ["billing", ["bill"]],
      ["general", ["old", "new"]],
    ]);
  });
  it("has everybody who is there or holds something, the busiest first", () => {
    const people = [
      agent("Idle"),
      agent("Gone", { availability: "offline" }),
      agent("Lost", { availability: "offline", load: 1 }),
      agent("Away", { availability: "away" }),
      agent("Busy", { load: 2 }),
    ];
    expect(peopleNow(people).map((one) => one.name)).toEqual(["Busy", "Idle", "Away", "Lost"]);
  });
  it("adds up", () => {
    const people = [agent("Ana", { load: 3 }), agent("Tom", { load: 6 }), agent("Sue", { availability: "away" })];
    expect(totals(ROWS, people, NOW)).toEqual({
      waiting: 3,
      longest: at(-90),
      late: 2,
      breached: 1,
      assigned: 1,
      bot: 1,
      online: 2,
      room: 1,
    });
    expect(totals([], [], NOW).longest).toBeNull();
  });
});
