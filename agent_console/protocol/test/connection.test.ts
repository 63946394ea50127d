/** The connection against a fake server: nothing lost, nothing twice, and an end where coming back is useless. */

import { describe, expect, test } from "vitest";
import { CloseCode } from "../src/generated";
import { newClientId } from "../src/client_id";
import { memoryStorage } from "../src/browser";
import { aConnection, opened, say, settle, welcome } from "./fakes";

describe("hello", () => {
  test("is the first frame and carries the token and the positions to start at", async () => {
    const { connection, socket, live } = aConnection();
    connection.follow("customer:c1", 0);
    connection.start();
    await live();
    expect(socket().sent[0]).toEqual({ type: "hello", version: 1, token: "t", positions: { "customer:c1": 0 } });
    expect(connection.state).toEqual({ phase: "live" });
  });

  test("a stream without a position is asked for after the welcome, for a snapshot", async () => {
    const { connection, socket, live } = aConnection();
    connection.follow("desk");
    connection.start();
    await live();
    expect(socket().sent.slice(1)).toEqual([{ type: "follow", stream: "desk" }]);
  });

  test("without a right to connect the connection ends", async () => {
    const { connection, sockets } = aConnection({ credentials: async () => null });
    connection.start();
    await settle();
    expect(connection.state).toEqual({ phase: "ended", code: CloseCode.BAD_TOKEN });
    expect(sockets).toHaveLength(0);
  });

  test("credentials that cannot be had now are asked for again", async () => {
    let asked = 0;
    const { connection, clock, live } = aConnection({
      credentials: async () => {
        asked += 1;
        if (asked === 1) throw new Error("no network");
        return { token: "t" };
      },
    });
    connection.start();
    await settle();
    expect(connection.state.phase).toBe("offline");
    await clock.pass(500);
    await live();
    expect(connection.state.phase).toBe("live");
  });
});

describe("requests", () => {
  test("a network that is gone is a lost connection at once, and tried again when it is back", async () => {
    const { connection, sockets, live } = aConnection();
    connection.networkLost();
    expect(connection.state.phase).toBe("ended");
    connection.start();
    await live();
    connection.networkLost();
    expect(connection.state.phase).toBe("offline");
    connection.retryNow();
    await live();
    expect(connection.state.phase).toBe("live");
    expect(sockets).toHaveLength(2);
  });

  test("a connection lost before `accepted`: sent again with the same ids, in order, after the next welcome", async () => {
    const { connection, socket, live, broken } = aConnection();
    connection.start();
    await live();
    const first = say("one");
    const second = say("two");
    connection.request(first);
    connection.request(second);
    await broken();
    socket().open();
    expect(socket().of("say")).toEqual([]);
    socket().gives(welcome());
    expect(socket().of("say")).toEqual([first, second]);
  });

  test("an answered request is not sent again, whether accepted or refused", async () => {
    const { connection, socket, live, broken } = aConnection();
    connection.start();
    await live();
    const [accepted, refused, waiting] = [say("a"), say("b"), say("c")];
    for (const request of [accepted, refused, waiting]) connection.request(request);
    socket().gives(
      { type: "accepted", ref: accepted.client_message_id, seq: 1, conversation: "v1" },
      { type: "error", code: "invalid", message: "no", ref: refused.client_message_id },
    );
    await broken();
    await live();
    expect(socket().of("say")).toEqual([waiting]);
  });

  test("requests outlive the page", async () => {
    const storage = memoryStorage();
    const before = aConnection({ storage });
    const request = say("still here?");
    before.connection.request(request);
    const after = aConnection({ storage });
    after.connection.start();
    await after.live();
    expect(after.socket().of("say")).toEqual([request]);
    after.socket().gives({ type: "accepted", ref: request.client_message_id, seq: 1, conversation: "v1" });
    expect(storage.get("outbox")).toBeNull();
  });

  test("two tabs with one outbox do not lose each other's requests", () => {
    const storage = memoryStorage();
    const left = aConnection({ storage }).connection;
    const right = aConnection({ storage }).connection;
    const [l, r] = [say("left"), say("right")];
    left.request(l);
    right.request(r);
    left.outbox.settle(l.client_message_id);
    expect(aConnection({ storage }).connection.outbox.waiting).toEqual([r]);
  });

  test("a frame the server calls malformed is given up, and its sender is told", async () => {
    const { connection, socket, frames, live } = aConnection();
    connection.start();
    await live();
    const request = say("?");
    connection.request(request);
    socket().handlers.closed(CloseCode.BAD_FRAME);
    expect(frames.at(-1)).toMatchObject({ type: "error", code: "bad_frame", ref: request.client_message_id });
    expect(connection.outbox.waiting).toEqual([]);
    expect(connection.state).toEqual({ phase: "ended", code: CloseCode.BAD_FRAME });
  });

  test("a typing hint is never kept", () => {
    const { connection } = aConnection();
    expect(connection.send({ type: "typing" })).toBe(false);
    expect(connection.outbox.waiting).toEqual([]);
  });
});

describe("positions", () => {
  test("an event that was seen before does not come again", async () => {
    const { connection, socket, frames, live, broken } = aConnection();
    connection.follow("customer:c1", 0);
    connection.start();
    await live();
    socket().gives(opened(1), opened(2), opened(2), opened(1));
    await broken();
    await live();
    socket().gives(opened(2), opened(3));
    const seqs = frames.flatMap((frame) => (frame.type === "conversation_opened" ? [frame.seq] : []));
    expect(seqs).toEqual([1, 2, 3]);
  });

  test("never fall, jump over hidden events with a heartbeat, and are said at the next hello", async () => {
    const { connection, socket, live, broken } = aConnection();
    connection.follow("customer:c1", 0);
    connection.start();
    await live();
    socket().gives(opened(4), { type: "heartbeat", positions: { "customer:c1": 9 } });
    socket().gives({ type: "heartbeat", positions: { "customer:c1": 7 } });
    await broken();
    socket().open();
    expect(socket().sent[0]).toMatchObject({ log_epoch: "e1", positions: { "customer:c1": 9 } });
  });

  test("another log makes them void: lower seqs are news again", async () => {
    const { connection, socket, frames, live, broken } = aConnection();
    connection.follow("customer:c1", 0);
    connection.start();
    await live();
    socket().gives(opened(40));
    await broken();
    await live({ log_epoch: "e2" });
    socket().gives({ type: "following", stream: "customer:c1", position: 2 }, opened(3));
    expect(frames.at(-1)).toEqual(opened(3));
    await broken();
    socket().open();
    expect(socket().sent[0]).toMatchObject({ log_epoch: "e2", positions: { "customer:c1": 3 } });
  });

  test("a snapshot that was cut short is asked for again", async () => {
    const { connection, socket, live, broken } = aConnection();
    connection.follow("conversation:v1");
    connection.start();
    await live();
    socket().gives({ type: "thread_part", stream: "conversation:v1", messages: [], decisions: [] });
    socket().gives({ type: "heartbeat", positions: { "conversation:v1": 5 } });
    await broken();
    await live();
    expect(socket().of("hello")[0]).toMatchObject({ positions: {} });
    expect(socket().of("follow")).toEqual([{ type: "follow", stream: "conversation:v1" }]);
  });

  test("a stream left or dropped is silent and not followed after a reconnect", async () => {
    const { connection, socket, frames, live, broken } = aConnection();
    connection.follow("customer:c1", 0);
    connection.follow("models", 3);
    connection.start();
    await live();
    connection.unfollow("customer:c1");
    socket().gives(opened(1), { type: "dropped", stream: "models", reason: "rights_changed" });
    expect(frames.map((frame) => frame.type)).toEqual(["welcome", "dropped"]);
    await broken();
    socket().open();
    expect(socket().sent[0]).toMatchObject({ positions: {} });
  });
});

describe("heartbeats and closing", () => {
  test("a heartbeat is answered", async () => {
    const { connection, socket, live } = aConnection();
    connection.start();
    await live();
    socket().gives({ type: "heartbeat", positions: {} });
    expect(socket().of("heartbeat")).toHaveLength(1);
  });

  test("a server silent for too long is left and tried again", async () => {
    const { connection, clock, sockets, live } = aConnection();
    connection.start();
    await live();
    await clock.pass(34_999);
    expect(sockets[0]!.closedWith).toBeNull();
    await clock.pass(1);
    expect(sockets[0]!.closedWith).toBe(CloseCode.NO_HEARTBEAT);
    await clock.pass(500);
    expect(sockets).toHaveLength(2);
  });

  test("waits grow with full jitter up to 30 s and shrink after a steady connection", async () => {
    const { connection, clock, socket, states, live } = aConnection({ random: () => 0.999999 });
    connection.start();
    await settle();
    const waits: number[] = [];
    for (let lost = 0; lost < 8; lost++) {
      socket().handlers.closed(1006);
      const state = states.at(-1)!;
      waits.push(state.phase === "offline" ? state.retryAt - clock.now() : NaN);
      await clock.pass(waits.at(-1)!);
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]);
    await live();
    await clock.pass(5_000);
    socket().handlers.closed(CloseCode.DRAINING);
    expect(states.at(-1)).toEqual({ phase: "offline", retryAt: clock.now() + 1000, attempt: 1, limited: false });
  });

  test.each([CloseCode.BAD_TOKEN, CloseCode.VERSION, CloseCode.ERASED, CloseCode.SESSION_ENDED])(
    "code %i ends the connection until it is started again",
    async (code) => {
      const { connection, sockets, live, broken } = aConnection();
      connection.start();
      await live();
      await broken(code);
      expect(connection.state).toEqual({ phase: "ended", code });
      expect(sockets).toHaveLength(1);
      connection.start();
      await live();
      expect(connection.state.phase).toBe("live");
    },
  );

  test.each([
    ["too many frames; come back in 90 s", 90_000],
    ["too many frames", 60_000],
    [undefined, 60_000],
  ])("a limit (%s) is waited out, also when somebody asks to go on at once", async (reason, wait) => {
    const { connection, clock, sockets, socket, states, live } = aConnection();
    connection.start();
    await live();
    socket().handlers.closed(CloseCode.LIMIT, reason);
    expect(states.at(-1)).toEqual({ phase: "offline", retryAt: clock.now() + wait + 500, attempt: 1, limited: true });
    await clock.pass(wait - 1);
    connection.retryNow();
    await settle();
    expect(sockets).toHaveLength(1);
    await clock.pass(1);
    connection.retryNow();
    await live();
    expect(connection.state.phase).toBe("live");
  });

  test("what an abandoned socket still delivers is ignored", async () => {
    const { connection, sockets, frames, live, broken } = aConnection();
    connection.follow("customer:c1", 0);
    connection.start();
    await live();
    await broken();
    sockets[0]!.gives(opened(1));
    sockets[0]!.handlers.closed(CloseCode.BAD_TOKEN);
    expect(frames).toHaveLength(1);
    expect(connection.state.phase).toBe("connecting");
  });
});

test("client ids are what the protocol takes", () => {
  expect(newClientId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(newClientId()).not.toBe(newClientId());
});
