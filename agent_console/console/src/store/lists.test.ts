/** Lists, deadlines, and who may do what. */
import { describe, expect, it } from "vitest";
import { aControl, after, aRow, AT, control as controlFrame, desk, NOW } from "./cases";
import { abilities, controlOf } from "./control";
import { countRows, isRinging, listRows, neighbour, offersTo, urgency } from "./lists";
import { emptyState } from "./state";
import { hashOf, parseRoute } from "./route";

const me = { id: "ana", name: "Ana", role: "agent" as const };
const later = "2026-01-05T10:05:00Z";

describe("lists", () => {
  const state = {
    ...after([
      desk(1, aRow("late", 2, { waiting_since: later }), aRow("early", 1), aRow("bot", 3, { status: "bot" })),
      desk(
        2,
        aRow("mine", 4, { status: "assigned", agent_id: "ana" }),
        aRow("read", 5, { status: "assigned", agent_id: "ana", last_at: later }),
      ),
      desk(3, aRow("toms", 6, { status: "assigned", agent_id: "tom" })),
    ]),
    me,
    readMarks: { read: 5 },
  };
  const names = (list: Parameters<typeof listRows>[1]): string[] =>
    listRows(state, list).map((row) => row.conversation);

  it("orders the queue by waiting time", () => expect(names("queue")).toEqual(["early", "late"]));
  it("puts unread ones of mine first", () => expect(names("mine")).toEqual(["mine", "read"]));
  it("lists the bot's", () => expect(names("bot")).toEqual(["bot"]));
  it.each(["bot", "all"] as const)("shows what happened last first in %s", (list) => {
    const rows = desk(
      4,
      aRow("older", 7, { status: "bot", last_at: "2026-01-05T09:00:00Z" }),
      aRow("newest", 8, { status: "bot", last_at: "2026-01-05T11:00:00Z" }),
      aRow("middle", 9, { status: "bot", last_at: "2026-01-05T10:00:00Z" }),
    );
    const shown = listRows({ ...after([rows]), me }, list);
    expect(shown.map((row) => row.conversation)).toEqual(["newest", "middle", "older"]);
  });
  it("lists all", () => expect(names("all")).toHaveLength(6));
  it("counts unread", () => expect(countRows(state, "mine")).toEqual({ total: 2, unread: 1 }));
  it("moves, and stops at the ends", () => {
    const rows = listRows(state, "queue");
    expect(neighbour(rows, null, 1)).toBe("early");
    expect(neighbour(rows, "early", 1)).toBe("late");
    expect(neighbour(rows, "late", 1)).toBe("late");
    expect(neighbour([], null, 1)).toBeNull();
  });
});

it("finds the offers to a person that are open, the first to run out first", () => {
  const offer = (agent_id: string, until: string, ended: "declined" | null = null) => ({
    offer: { agent_id, until, ended },
  });
  const { rows } = after([
    desk(
      1,
      aRow("second", 1, offer("ana", later)),
      aRow("first", 2, offer("ana", AT)),
      aRow("toms", 3, offer("tom", AT)),
      aRow("over", 4, offer("ana", AT, "declined")),
      aRow("none", 5),
    ),
  ]);
  expect(offersTo(rows, "ana").map((row) => row.conversation)).toEqual(["first", "second"]);
  expect(offersTo(rows, null)).toEqual([]);
});

it("tells how near a deadline is", () => {
  expect(urgency(null, NOW)).toBe("none");
  expect(urgency(later, NOW)).toBe("fine");
  expect(urgency("2026-01-05T10:00:30Z", NOW)).toBe("soon");
  expect(urgency(AT, NOW + 1)).toBe("over");
});

describe("control", () => {
  it("comes from whichever of thread and row has the higher epoch", () => {
    const row = desk(1, aRow("c1", 9, { epoch: 3, status: "assigned", agent_id: "tom" }));
    expect(controlOf(after([row, controlFrame(4, { epoch: 2, status: "waiting" })]), "c1")).toMatchObject({
      epoch: 3,
      owner: "tom",
    });
    expect(controlOf(after([row, controlFrame(12, { epoch: 4, status: "closed" })]), "c1")).toMatchObject({
      epoch: 4,
      status: "closed",
    });
    expect(controlOf(emptyState, "c1")).toBeNull();
  });

  const view = (over: Parameters<typeof aControl>[0]) => {
    const { status, epoch, agent_id, agent_name, held, snoozed_until, follow_up, outcome, resolved, joined } =
      aControl(over);
    const owned = { owner: agent_id, ownerName: agent_name };
    return {
      status,
      epoch,
      ...owned,
      held,
      snoozedUntil: snoozed_until,
      followUp: follow_up,
      outcome,
      resolved,
      joined,
    };
  };
  it("allows a reply in the bot's and waiting conversations as a takeover", () => {
    expect(abilities(view({ status: "bot" }), me)).toMatchObject({
      reply: true,
      replyTakesOver: true,
      takeOver: true,
      claim: false,
    });
    expect(abilities(view({ status: "waiting" }), me)).toMatchObject({ reply: true, claim: true, work: false });
  });
  it("allows everything in one's own, nothing in somebody else's", () => {
    expect(abilities(view({ status: "assigned", agent_id: "ana" }), me)).toMatchObject({
      work: true,
      reply: true,
      takeOver: false,
    });
    expect(abilities(view({ status: "assigned", agent_id: "tom" }), me)).toEqual({
      claim: false,
      takeOver: false,
      reply: false,
      replyTakesOver: false,
      work: false,
      giveAway: false,
      assign: false,
      withdraw: false,
    });
    expect(abilities(view({ status: "assigned", agent_id: "tom" }), { ...me, role: "supervisor" }).takeOver).toBe(true);
  });
  it("lets supervisors assign a waiting one and pass on what others have", () => {
    const may = (status: "waiting" | "assigned") =>
      abilities(view({ status, agent_id: "tom" }), { ...me, role: "supervisor" });
    expect(may("waiting")).toMatchObject({ assign: true, giveAway: false });
    expect(may("assigned")).toMatchObject({ assign: false, giveAway: true, work: false });
    expect(abilities(view({ status: "waiting" }), me).assign).toBe(false);
  });
  it("lets supervisors withdraw what an agent closed, and nothing else", () => {
    const may = (role: "agent" | "supervisor" | "admin", over: Parameters<typeof aControl>[0]): boolean =>
      abilities(view(over), { ...me, role }).withdraw;
    expect(may("supervisor", { status: "closed", outcome: "resolved", resolved: true })).toBe(true);
    expect(may("admin", { status: "closed", outcome: "abandoned", resolved: true })).toBe(true);
    expect(may("supervisor", { status: "closed", outcome: "abandoned" })).toBe(false);
    expect(may("agent", { status: "closed", outcome: "resolved", resolved: true })).toBe(false);
    expect(may("supervisor", { status: "closed", outcome: "answered" })).toBe(false);
    expect(may("supervisor", { status: "closed", outcome: "expired" })).toBe(false);
    expect(may("supervisor", { status: "bot" })).toBe(false);
  });
});

it("reads and writes routes", () => {
  expect(parseRoute("")).toEqual({ page: "conversations", conversation: null });
  expect(parseRoute("#/learning/runs")).toEqual({ page: "learning", tab: "runs" });
  expect(parseRoute("#/learning/nonsense")).toEqual({ page: "learning", tab: "models" });
  expect(parseRoute(hashOf({ page: "glossary", term: "capacity-load" }))).toEqual({
    page: "glossary",
    term: "capacity-load",
  });
  expect(parseRoute("#/glossary")).toEqual({ page: "glossary", term: null });
  const route = { page: "conversations" as const, conversation: "a b" };
  expect(parseRoute(hashOf(route))).toEqual(route);
});

describe("a proposal rings", () => {
  const row = aRow("c1", 1, { offer: { agent_id: "ana", until: AT, ended: null } });
  const rings = (me: string, now: number): boolean => isRinging({ c1: row }, me, now);
  it("for whom it is made, until its time is over or it was answered", () => {
    expect([rings("ana", NOW - 1), rings("ana", NOW), rings("tom", NOW - 1)]).toEqual([true, false, false]);
    const answered = { ...row, offer: { ...row.offer!, ended: "declined" as const } };
    expect(isRinging({ c1: answered }, "ana", NOW - 1)).toBe(false);
  });
});
