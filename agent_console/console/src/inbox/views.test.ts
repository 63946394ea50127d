import { describe, expect, it } from "vitest";
import type { RowView } from "../wire/frames";
import { BUILT_IN, countOf, EVERYTHING, fits, isIn, rowsOf, testOf, type Known } from "./views";

function row(conversation: string, fields: Partial<RowView> = {}): RowView {
  const typical = {
    conversation,
    seq: 5,
    epoch: 1,
    status: "assigned",
    agent_id: "ana",
    agent_name: "Ana",
    queue: "general",
  };
  const more = { customer: "c", site: "shop", locale: "en", language: "en", reason: "novel", waiting_since: null };
  const last = { last_text: "", last_author: "agent", last_at: "2030-01-02T12:00:00Z", last_customer_seq: 3 };
  const rest = { deadline: null, held: false, snoozed_until: null, follow_up: null, outcome: null, offer: null };
  return { ...typical, ...more, ...last, ...rest, ...fields } as RowView;
}

const rows = [
  row("own"),
  row("snoozed", { snoozed_until: "2030-01-03T09:00:00Z", last_author: "customer" }),
  row("toms", { agent_id: "tom" }),
  row("late", { status: "waiting", agent_id: null, queue: "billing", waiting_since: "2030-01-02T11:50:00Z" }),
  row("later", { status: "waiting", agent_id: null, waiting_since: "2030-01-02T11:00:00Z", last_at: null }),
  row("over", { status: "closed", agent_id: null, follow_up: { agent_id: "ana", at: "2030-01-03T09:00:00Z" } }),
  row("bots", { status: "bot", agent_id: null, last_author: "bot" }),
];
const state: Known = {
  rows: Object.fromEntries(rows.map((one) => [one.conversation, one])),
  readMarks: { own: 3, toms: 3 },
  mentions: { over: 5, toms: 3 },
  me: { id: "ana", name: "Ana", role: "agent" },
};
const names = (test: (one: RowView) => boolean): string[] => rowsOf(state, test).map((one) => one.conversation);

describe("the views", () => {
  it("each have what belongs to them", () => {
    const found = Object.fromEntries(BUILT_IN.map((name) => [name, names((one) => isIn(name, state, one)).sort()]));
    expect(found).toEqual({
      mine: ["own", "snoozed"],
      unread: ["late", "later", "snoozed"],
      mentions: ["over"],
      customer: ["own"],
      snoozed: ["snoozed"],
      followUps: ["over"],
      closed: ["over"],
      all: ["bots", "late", "later", "own", "snoozed", "toms"],
    });
  });
  it("show who waits longest first", () => {
    expect(names((one) => isIn("all", state, one)).slice(0, 2)).toEqual(["later", "late"]);
  });
  it("of a queue have what waits there", () => {
    expect(names(testOf({ kind: "queue", queue: "billing" }, state, []))).toEqual(["late"]);
  });
});

describe("a filter", () => {
  const count = (fields: object): number => countOf(state, (one) => fits({ ...EVERYTHING, ...fields }, state, one));
  it("leaves out what is closed, unless it is asked for", () => {
    expect([count({}), count({ status: "closed" })]).toEqual([6, 1]);
  });
  it("asks for everything that it names", () => {
    expect(count({ agent: "me" })).toBe(2);
    expect(count({ agent: "me", unread: true })).toBe(1);
    expect(count({ status: "waiting", queue: "billing", language: "en" })).toBe(1);
    expect(count({ site: "other" })).toBe(0);
    expect(count({ last_author: "bot" })).toBe(1);
  });
  it("that was deleted has nothing", () => {
    expect(names(testOf({ kind: "saved", id: "gone" }, state, []))).toEqual([]);
  });
});
