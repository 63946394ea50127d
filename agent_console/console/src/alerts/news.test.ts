/** What is worth an alert. */
import { describe, expect, it } from "vitest";
import { apply } from "../store/apply";
import { addCommand, refuse } from "../store/requests";
import { after, aRow, AT, desk, NOW } from "../store/cases";
import { countLooks } from "../store/lists";
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

describe("a conversation that is taken over", () => {
  const toms = aRow("c1", 2, { status: "assigned", agent_id: "tom" });

  it("is told to who had it, unless it is on the screen", () => {
    expect(told(a([mine(1, 1)]), a([toms]))).toEqual(["taken c1"]);
    const declined = { ...mine(1, 1), offer: { agent_id: "tom", until: AT, ended: "declined" as const } };
    expect(told(a([declined]), a([toms]))).toEqual(["taken c1"]);
    expect(told(a([mine(1, 1)]), a([toms]), "c1")).toEqual([]);
  });
  it("is none where one proposed it, where another had it, or where it only left", () => {
    const proposed = { ...mine(1, 1), offer: { agent_id: "tom", until: AT, ended: null } };
    expect(told(a([proposed]), a([toms]))).toEqual([]);
    expect(told(a([{ ...mine(1, 1), agent_id: "sam" }]), a([toms]))).toEqual([]);
    expect(told(a([mine(1, 1)]), a([aRow("c1", 2, { status: "closed", outcome: "resolved" })]))).toEqual([]);
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

describe("a follow-up that is due", () => {
  const plan = { agent_id: "ana", at: AT };
  const closed = (seq: number, over: Partial<RowView> = {}): RowView =>
    aRow("c1", seq, { status: "closed", outcome: "resolved", last_customer_seq: 1, ...over });
  const before = a([closed(1, { follow_up: plan })]);
  const then = (row: RowView): string[] => told(before, apply(before, desk(2, row), NOW));

  it("is told to who has it, else to who planned it", () => {
    expect(then(closed(2, { status: "assigned", agent_id: "ana" }))).toEqual(["followUp c1"]);
    expect(then(closed(2))).toEqual(["followUp c1"]);
    expect(then(closed(2, { status: "assigned", agent_id: "tom" }))).toEqual([]);
  });
  it("is none where the customer wrote, or it was given up before", () => {
    expect(then(closed(2, { last_customer_seq: 2 }))).toEqual([]);
    const later = new Date(Date.now() + 86_400_000).toISOString();
    const planned = a([closed(1, { follow_up: { ...plan, at: later } })]);
    expect(told(planned, apply(planned, desk(2, closed(2)), NOW))).toEqual([]);
  });
});

describe("a first reply that was missed", () => {
  const had = (reply_by: string | null): RowView => aRow("c1", 1, { status: "assigned", agent_id: "ana", reply_by });
  const back = (before: RowView, watched: string | null = null): string[] =>
    told(a([before]), apply(a([before]), desk(2, aRow("c1", 2)), NOW), watched);

  it("is told to who had the conversation, unless it is on the screen", () => {
    expect([back(had(AT)), back(had(AT), "c1"), back({ ...had(AT), agent_id: "tom" })]).toEqual([
      ["noReply c1"],
      [],
      ["waiting c1"],
    ]);
  });
  it("is none where it was put back in time, or there was no deadline", () => {
    expect([back(had(new Date(Date.now() + 86_400_000).toISOString())), back(had(null))]).toEqual([[], []]);
  });
});

describe("a note that mentions one", () => {
  const toms = aRow("c1", 3, { status: "assigned", agent_id: "tom" });
  const called = { type: "mentioned", stream: "staff:ana", seq: 1, conversation: "c1", up_to: 7 } as const;
  const before = a([toms]);

  it("is told of once, and not where it is on the screen", () => {
    const after = apply(before, called, NOW);
    expect([told(before, after), told(before, after, "c1")]).toEqual([["mention c1"], []]);
    expect(told(after, apply(after, desk(2, { ...toms, seq: 4 }), NOW))).toEqual([]);
  });
  it("is told of once its row is there, and not when it was read before", () => {
    const empty = apply(a([]), called, NOW);
    expect(told(a([]), empty)).toEqual([]);
    const away = { agents: { ana: { ...ana, availability: "away" as const } } };
    expect(told({ ...empty, ...away }, apply({ ...empty, ...away }, desk(2, toms), NOW))).toEqual(["mention c1"]);
    const read = { ...empty, readMarks: { c1: 7 } };
    expect(told(read, apply(read, desk(2, toms), NOW))).toEqual([]);
  });
});

describe("a whisper", () => {
  const own = aRow("c1", 3, { status: "assigned", agent_id: "ana", last_customer_seq: 0 });
  const whispered = (seq: number, unseen = seq) =>
    ({ type: "whispered", stream: "staff:ana", seq, conversation: "c1", unseen }) as const;
  const before = a([own]);
  const first = apply(before, whispered(1), NOW);
  const seen = apply(first, whispered(2, 0), NOW);

  it("is told of, each one once, and not where it is on the screen", () => {
    expect([told(before, first), told(before, first, "c1")]).toEqual([["whisper c1"], []]);
    expect(told(first, apply(first, whispered(2), NOW))).toEqual(["whisper c1"]);
    expect(told(first, apply(first, desk(2, { ...own, seq: 4 }), NOW))).toEqual([]);
  });
  it("is counted in the title until it was seen, and while somebody has the conversation", () => {
    const given = apply(first, desk(2, { ...own, seq: 4, status: "closed" }), NOW);
    expect([before, first, given, seen].map(countLooks)).toEqual([0, 1, 0, 0]);
    expect(told(first, seen)).toEqual([]);
  });
  it("that the desk says was not seen is counted, and is no news on a page that was loaded anew", () => {
    const part = { type: "desk_part" as const, stream: "desk", rows: [own], agents: [ana], read_marks: {} };
    const loaded = after([
      { ...part, mentions: {}, whispers: { c1: 2 } },
      { type: "desk_end", stream: "desk", head: 1 },
    ]);
    const page = { ...loaded, me };
    expect(countLooks(page)).toBe(1);
    expect(told({ ...page, deskLoaded: false, whispers: {} }, page)).toEqual([]);
    expect(told(page, apply(page, whispered(8, 3), NOW))).toEqual(["whisper c1"]);
    expect(countLooks(apply(page, whispered(9, 0), NOW))).toBe(0);
  });
});
