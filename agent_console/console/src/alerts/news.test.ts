/** What is worth an alert. */
import { describe, expect, it } from "vitest";
import { apply } from "../store/apply";
import { addCommand, refuse } from "../store/requests";
import { after, aRow, AT, desk, NOW } from "../store/cases";
import type { State } from "../store/state";
import type { AgentView, RowView } from "../wire/frames";
import { isSeen, newsBetween } from "./news";

const me = { id: "ana", name: "Ana", role: "agent" as const };
const ana: AgentView = {
  id: "ana",
  name: "Ana",
  role: "agent",
  availability: "online",
  load: 0,
  capacity: 4,
  away_because: null,
};

function a(rows: RowView[], over: Partial<State> = {}): State {
  return { ...after([desk(1, ...rows)]), me, deskLoaded: true, agents: { ana }, ...over };
}
const CLAIM = { ref: "k1", type: "claim", conversation: "c1" } as const;
const told = (before: State, next: State, watched: string | null = null): string[] =>
  newsBetween(before, next)
    .filter((news) => !isSeen(news, watched))
    .map((news) => `${news.kind} ${news.row.conversation}`);

const mine = (seq: number, said: number): RowView =>
  aRow("c1", seq, { status: "assigned", agent_id: "ana", last_customer_seq: said });

describe("no alert at a handoff", () => {
  it("tells of a conversation that begins to wait", () => {
    expect(told(a([]), a([aRow("c1", 1)]))).toEqual(["waiting c1"]);
    expect(told(a([aRow("c1", 1, { status: "bot" })]), a([aRow("c1", 2)]))).toEqual(["waiting c1"]);
  });
  it("tells of it once", () => {
    expect(told(a([aRow("c1", 1)]), a([aRow("c1", 2)]))).toEqual([]);
  });
  it("is silent about the queue while one is away, or has just put it back", () => {
    expect(told(a([]), a([aRow("c1", 1)], { agents: { ana: { ...ana, availability: "away" } } }))).toEqual([]);
    expect(told(a([mine(1, 1)]), a([aRow("c1", 2)]))).toEqual([]);
  });
  it("is silent about what was there when the desk was first read", () => {
    expect(told(a([], { deskLoaded: false }), a([aRow("c1", 1)]))).toEqual([]);
  });
});

describe("one's own customer writes", () => {
  it("is told of, also while one is away", () => {
    const away = { agents: { ana: { ...ana, availability: "away" as const } } };
    expect(told(a([mine(1, 1)], away), a([mine(2, 2)], away))).toEqual(["own c1"]);
  });
  it("is no news in the conversation that is shown", () => {
    expect(told(a([mine(1, 1)]), a([mine(2, 2)]), "c1")).toEqual([]);
    expect(told(a([mine(1, 1)]), a([mine(2, 2)]), "c2")).toEqual(["own c1"]);
  });
  it("is not what the agent writes, nor what another's customer does", () => {
    expect(told(a([mine(1, 1)]), a([mine(2, 1)]))).toEqual([]);
    const toms = (seq: number): RowView => aRow("c1", seq, { status: "assigned", agent_id: "tom" });
    expect(told(a([toms(1)]), a([toms(2)]))).toEqual([]);
  });
});

describe("work that is given to one", () => {
  it("is told of when a supervisor assigns it", () => {
    expect(told(a([aRow("c1", 1)]), a([mine(2, 1)]))).toEqual(["own c1"]);
  });
  it("is no news where the agent took it, whatever is shown when it is told", () => {
    const asked = addCommand(a([aRow("c1", 1)]), CLAIM);
    const taken = apply(asked, desk(2, mine(2, 1)), NOW);
    expect(told(asked, taken)).toEqual([]);
    expect(told(taken, apply(taken, desk(3, mine(3, 2)), NOW))).toEqual(["own c1"]);
    const refused = refuse(asked, { code: "already_claimed", message: "no", ref: CLAIM.ref });
    expect(told(refused, apply(refused, desk(2, mine(2, 1)), NOW))).toEqual(["own c1"]);
  });
  it("is told of when a colleague proposes it, whatever is shown", () => {
    const offer = { agent_id: "ana", until: AT, ended: null };
    const toms = (seq: number, over: Partial<RowView> = {}): RowView =>
      aRow("c1", seq, { status: "assigned", agent_id: "tom", ...over });
    expect(told(a([toms(1)]), a([toms(2, { offer })]), "c1")).toEqual(["offer c1"]);
    expect(told(a([toms(2, { offer })]), a([toms(3, { offer })]))).toEqual([]);
    expect(told(a([toms(2, { offer })]), a([toms(3, { offer: { ...offer, ended: "declined" } })]))).toEqual([]);
  });
});

describe("no alert when a snooze ends", () => {
  const put = (seq: number, over: Partial<RowView> = {}): RowView =>
    aRow("c1", seq, { status: "assigned", agent_id: "ana", last_customer_seq: 1, ...over });
  const before = a([put(1, { snoozed_until: AT })]);
  const ended = apply(before, desk(2, put(2)), NOW);

  it("tells of it wherever the agent looks, also while they are away", () => {
    expect(told(before, ended)).toEqual(["woken c1"]);
    const away = { ...ended, agents: { ana: { ...ana, availability: "away" as const } } };
    expect(told(before, away)).toEqual(["woken c1"]);
  });
  it("tells of it once", () => expect(told(ended, apply(ended, desk(3, put(3)), NOW))).toEqual([]));
  it("is no news in the conversation that is shown", () => expect(told(before, ended, "c1")).toEqual([]));
});
