/** What frames make of the store. */
import { describe, expect, it } from "vitest";
import type { Outbound } from "../wire/frames";
import { after, aRow, desk, message, NOW, STREAM } from "./cases";
import { apply } from "./apply";
import { emptyState } from "./state";

describe("rows of the desk", () => {
  it("keeps the newest row, whatever the order of arrival", () => {
    const state = after([
      desk(1, aRow("c1", 9, { status: "assigned" })),
      desk(2, aRow("c1", 4, { status: "waiting" })),
    ]);
    expect(state.rows["c1"]).toMatchObject({ seq: 9, status: "assigned" });
  });

  it("takes off what went to where one does not see it, until it comes back", () => {
    const left = { ...desk(2), gone: ["c1"] };
    expect(Object.keys(after([desk(1, aRow("c1", 4), aRow("c2", 4)), left]).rows)).toEqual(["c2"]);
    expect(after([desk(1, aRow("c1", 4)), left, desk(3, aRow("c1", 6))]).rows["c1"]).toMatchObject({ seq: 6 });
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
      mentions: {},
      whispers: {},
    });
    const halfway = after([part("a")], before);
    expect(Object.keys(halfway.rows)).toEqual(["gone"]);
    const state = after([part("b"), { type: "desk_end", stream: "desk", head: 7 }], halfway);
    expect(Object.keys(state.rows)).toEqual(["a", "b"]);
    expect(state.readMarks).toEqual({ a: 1, b: 1 });
    expect(state.deskLoaded).toBe(true);
  });
});

describe("what was read on another device", () => {
  const read = (up_to: number) =>
    ({ type: "conversation_read", stream: "staff:ana", seq: up_to, conversation: "c1", up_to }) as const;

  it("is read here too, and a mark never goes back", () => {
    expect(after([read(7)]).readMarks).toEqual({ c1: 7 });
    expect(after([read(7), read(4)]).readMarks).toEqual({ c1: 7 });
  });

  it("stays read when an older snapshot ends after it", () => {
    const part = {
      type: "desk_part" as const,
      stream: "desk",
      rows: [],
      agents: [],
      read_marks: { c1: 3 },
      mentions: {},
      whispers: {},
    };
    expect(after([part, read(7), { type: "desk_end", stream: "desk", head: 9 }]).readMarks).toEqual({ c1: 7 });
  });

  it("is no whisper that a newer snapshot does not have", () => {
    const told = { type: "whispered" as const, stream: "staff:ana", seq: 1, conversation: "c1", unseen: 1 };
    const part = (whispers: Record<string, number>) =>
      ({ type: "desk_part", stream: "desk", rows: [], agents: [], read_marks: {}, mentions: {}, whispers }) as const;
    const end = { type: "desk_end" as const, stream: "desk", head: 9 };
    expect(after([told, part({ c2: 1 }), part({ c3: 4 }), end]).whispers).toEqual({ c2: 1, c3: 4 });
  });
});

describe("threads", () => {
  it("are kept for each conversation that is told of", () => {
    const other = { ...message(1), stream: "conversation:c2" } as Outbound;
    const state = after([message(1), message(2), other]);
    expect(state.threads["c1"]!.messages).toHaveLength(2);
    expect(state.threads["c2"]!.messages).toHaveLength(1);
  });

  it("forget what was said once they are closed to their reader", () => {
    const closed = { type: "dropped" as const, stream: STREAM, reason: "rights_changed" as const };
    const thread = after([message(1), closed]).threads["c1"]!;
    expect([thread.dropped, thread.messages, thread.control]).toEqual(["rights_changed", [], null]);
  });

  it("say why they were dropped", () => {
    const dropped = { type: "dropped" as const, stream: STREAM, reason: "forbidden" as const };
    expect(after([message(1), dropped]).threads["c1"]!.dropped).toBe("forbidden");
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
      token: null,
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

  it("knows whether automatic answers are stopped", () => {
    const changed = (seq: number, stopped: boolean) =>
      ({ type: "answering_changed", stream: "models", seq, stopped }) as const;
    const stopped = after([changed(1, true)]);
    expect(stopped).toMatchObject({ stopped: true, modelsChanged: 1 });
    expect(after([changed(2, false)], stopped)).toMatchObject({ stopped: false, modelsChanged: 2 });
  });

  it("counts changes of proposed answers, for those who show them to read them again", () => {
    const changed = { type: "proposals_changed" as const, stream: "proposals", seq: 1, intents: ["refund"] };
    expect(after([changed]).proposalsChanged).toBe(1);
  });

  it("is left alone by frames of the connection", () => {
    expect(apply(emptyState, { type: "heartbeat", positions: {} }, NOW)).toBe(emptyState);
  });
});

describe("who else has the conversation open", () => {
  it("is what was told last, and void once the connection is a new one", () => {
    const told = after([{ type: "viewers", conversation: "c1", viewers: [{ id: "tom", name: "Tom" }] }]);
    expect(told.viewers).toEqual({ c1: [{ id: "tom", name: "Tom" }] });
    expect(after([{ type: "viewers", conversation: "c1", viewers: [] }], told).viewers).toEqual({ c1: [] });
  });
});
