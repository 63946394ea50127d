/** A snooze that ends by itself, and what ends one before. */
import { describe, expect, it } from "vitest";
import type { RowView } from "../wire/frames";
import { apply } from "./apply";
import { after, aRow, desk, NOW } from "./cases";
import { countLooks, listRows } from "./lists";
import type { State } from "./state";
import { withoutWoken } from "./woken";

const me = { id: "ana", name: "Ana", role: "agent" as const };
const soon = new Date(NOW + 600_000).toISOString();

const own = (seq: number, over: Partial<RowView> = {}): RowView =>
  aRow("c1", seq, { status: "assigned", agent_id: "ana", last_customer_seq: 1, ...over });
const snoozed: State = {
  ...after([desk(1, own(1, { snoozed_until: soon }))]),
  me,
  deskLoaded: true,
  readMarks: { c1: 9 },
};
const then = (row: RowView, minutes = 10, state = snoozed): State =>
  apply(state, desk(row.seq, row), NOW + minutes * 60_000);

describe("a snooze of one's own", () => {
  it("has ended when its time was up", () => expect(then(own(2)).woken).toEqual(["c1"]));
  it("is known to have ended after a lost connection, too", () => {
    const frames = [
      {
        type: "desk_part" as const,
        stream: "desk",
        rows: [own(2)],
        agents: [],
        read_marks: {},
        mentions: {},
        whispers: {},
      },
      { type: "desk_end" as const, stream: "desk", head: 9 },
    ];
    const again = frames.reduce((state, frame) => apply(state, frame, NOW + 900_000), snoozed);
    expect(again.woken).toEqual(["c1"]);
  });
  it("is no news when it was ended before", () => expect(then(own(2), 1).woken).toEqual([]));
  it("is no news when the customer's words ended it, which are", () => {
    expect(then(own(2, { last_customer_seq: 2 })).woken).toEqual([]);
  });
  it("is no news of a conversation that is somebody else's by then", () => {
    expect(then(own(2, { agent_id: "tom" })).woken).toEqual([]);
  });
  it("goes by the service's clock", () => {
    expect(then(own(2), 1, { ...snoozed, skew: 9 * 60_000 }).woken).toEqual(["c1"]);
  });
});

describe("one that has ended", () => {
  const woken = then(own(2));
  it("counts in the title until it is looked at", () => {
    expect([countLooks(snoozed), countLooks(woken), countLooks(withoutWoken(woken, "c1"))]).toEqual([0, 1, 0]);
  });
  it("counts once where the customer has written as well", () => {
    expect(countLooks({ ...then(own(3, { last_customer_seq: 3 }), 11, woken), readMarks: {} })).toBe(1);
  });
  it("rises to the top of one's list", () => {
    const other = aRow("c2", 7, { status: "assigned", agent_id: "ana", last_at: soon, last_customer_seq: 0 });
    const rows = listRows(apply(woken, desk(7, other), NOW), "mine");
    expect(rows.map((row) => row.conversation)).toEqual(["c1", "c2"]);
  });
  it("is over when it is put off again", () => {
    expect(then(own(3, { snoozed_until: soon }), 11, woken).woken).toEqual([]);
  });
});
