/** What frames make of the store. */
import { describe, expect, it } from "vitest";
import { aDecision, after, aMessage, aRow, control, desk, message, NOW, snapshot, STREAM } from "./cases";
import { apply } from "./apply";
import { emptyState } from "./state";

const thread = (state: ReturnType<typeof after>) => state.threads["c1"]!;
const seqs = (state: ReturnType<typeof after>): number[] => thread(state).messages.map((m) => m.seq);

describe("rows of the desk", () => {
  it("keeps the newest row, whatever the order of arrival", () => {
    const state = after([
      desk(1, aRow("c1", 9, { status: "assigned" })),
      desk(2, aRow("c1", 4, { status: "waiting" })),
    ]);
    expect(state.rows["c1"]).toMatchObject({ seq: 9, status: "assigned" });
  });

  it("ignores a duplicate without a new state", () => {
    const once = after([desk(1, aRow("c1", 4))]);
    expect(apply(once, desk(1, aRow("c1", 4)), NOW).rows).toBe(once.rows);
  });

  it("replaces everything by a snapshot, over several parts", () => {
    const before = after([desk(1, aRow("gone", 3))]);
    const part = (id: string) => ({
      type: "desk_part" as const,
      stream: "desk",
      rows: [aRow(id, 1)],
      agents: [],
      read_marks: { [id]: 1 },
    });
    const halfway = after([part("a")], before);
    expect(Object.keys(halfway.rows)).toEqual(["gone"]);
    const state = after([part("b"), { type: "desk_end", stream: "desk", head: 7 }], halfway);
    expect(Object.keys(state.rows)).toEqual(["a", "b"]);
    expect(state.readMarks).toEqual({ a: 1, b: 1 });
    expect(state.deskLoaded).toBe(true);
  });
});

describe("a thread", () => {
  it("orders by seq and ignores duplicates", () => {
    const state = after([message(3), message(1), message(3), message(2)]);
    expect(seqs(state)).toEqual([1, 2, 3]);
  });

  it("gives the same thread from a snapshot and from events", () => {
    const live = after([message(1), message(2), control(3, { status: "waiting", epoch: 1 })]);
    const read = after(snapshot([aMessage(1), aMessage(2)], 3, [], { status: "waiting", epoch: 1 }));
    expect(thread(live).messages).toEqual(thread(read).messages);
    expect(thread(live).control).toEqual(thread(read).control);
    expect(thread(live).head).toBe(thread(read).head);
  });

  it("is replaced whole by a snapshot, and only when that is complete", () => {
    const before = after([message(1), message(2)]);
    const [part, end] = snapshot([aMessage(5), aMessage(6)], 6);
    const halfway = after([part!], before);
    expect(seqs(halfway)).toEqual([1, 2]);
    const state = after([end!], halfway);
    expect(seqs(state)).toEqual([5, 6]);
    expect(thread(state)).toMatchObject({ head: 6, loaded: true, arriving: null });
  });

  it("never goes back to an older control", () => {
    const state = after([control(5, { epoch: 2, status: "assigned" }), control(4, { epoch: 1, status: "waiting" })]);
    expect(thread(state).control).toMatchObject({ epoch: 2, status: "assigned" });
  });

  it("keeps notes as internal messages", () => {
    const state = after([message(1), message(2, { author: "agent", internal: true })]);
    expect(thread(state).messages[1]).toMatchObject({ internal: true, author: "agent" });
  });

  it("places a decision after the last message it was taken on, once", () => {
    const decision = aDecision("d1", { message_ids: ["m1", "m2"] });
    const frame = { type: "decision" as const, stream: STREAM, seq: 4, decision };
    const state = after([message(1), message(2), message(3, { author: "bot" }), frame, frame]);
    expect(thread(state).decisions).toEqual([{ decision, after: 2 }]);
    expect(thread(state).head).toBe(4);
  });

  it("forgets all words when erased", () => {
    const state = after([message(1), { type: "erased", stream: STREAM, seq: 2 }]);
    expect(thread(state).messages[0]!.body).toEqual({ kind: "erased" });
    expect(thread(state)).toMatchObject({ erased: true, decisions: [], head: 2 });
  });
});

describe("the rest", () => {
  it("knows the server's clock", () => {
    const welcome = {
      type: "welcome" as const,
      me: { id: "a", name: "Ana", role: "agent" as const },
      connection: "k",
      log_epoch: "e",
      server_time: new Date(NOW + 5000).toISOString(),
      heartbeat_seconds: 25,
      conversation: null,
    };
    expect(after([welcome])).toMatchObject({ skew: 5000, me: { id: "a" } });
  });

  it("lets typing fade, and a message end it", () => {
    const typing = { type: "typing" as const, conversation: "c1", who: "customer" as const, name: null };
    expect(after([typing]).typing["c1"]!.until).toBe(NOW + 5000);
    expect(after([typing, message(1)]).typing).toEqual({});
  });

  it("keeps the newest frame of a run, and counts changes of state", () => {
    const run = (seq: number, state: "running" | "succeeded", progress: number) => ({
      type: "run" as const,
      stream: "models",
      seq,
      run: "r",
      state,
      progress,
      stage: "",
      eta_seconds: null,
      detail: "",
    });
    const state = after([run(1, "running", 0.1), run(3, "running", 0.5), run(2, "running", 0.3)]);
    expect(state.runs["r"]!.progress).toBe(0.5);
    expect(after([run(4, "succeeded", 1)], state).modelsChanged).toBe(2);
  });

  it("is left alone by frames of the connection", () => {
    expect(apply(emptyState, { type: "heartbeat", positions: {} }, NOW)).toBe(emptyState);
  });
});
