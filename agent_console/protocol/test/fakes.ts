/** Fakes of what surrounds a connection: a server at the other end of each socket, and a clock moved by hand. */

import { Connection, type ConnectionState } from "../src/connection";
import type { SocketHandlers, Timers } from "../src/ports";
import type { CustomerInbound, Outbound } from "../src/generated";
import { memoryStorage } from "../src/browser";
import type { TextStorage } from "../src/outbox";

type Sent = { readonly type: string; readonly [field: string]: unknown };

export class FakeClock implements Timers {
  #now = 0;
  #due: { at: number; callback: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#now + milliseconds, callback };
    this.#due.push(timer);
    return () => void (this.#due = this.#due.filter((one) => one !== timer));
  }

  /** Let time pass; whatever falls due runs in order, and promises settle in between. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    for (;;) {
      const next = this.#due.filter((one) => one.at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#now = next.at;
      this.#due = this.#due.filter((one) => one !== next);
      next.callback();
      await settle();
    }
    this.#now = end;
  }
}

export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
}

/** One socket as the server sees it. */
export class FakeSocket {
  readonly sent: Sent[] = [];
  closedWith: number | null = null;

  constructor(readonly handlers: SocketHandlers) {}

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Sent);
  }

  close(code: number): void {
    this.closedWith = code;
  }

  open(): void {
    this.handlers.opened();
  }

  gives(...frames: Outbound[]): void {
    for (const frame of frames) this.handlers.received(JSON.stringify(frame));
  }

  of(type: string): Sent[] {
    return this.sent.filter((frame) => frame.type === type);
  }
}

export function welcome(changes: Partial<Extract<Outbound, { type: "welcome" }>> = {}): Outbound {
  return {
    type: "welcome",
    me: { id: "c1", name: "Visitor", role: "customer" },
    connection: "k1",
    log_epoch: "e1",
    server_time: "2026-01-01T00:00:00Z",
    heartbeat_seconds: 25,
    conversation: null,
    token: null,
    ...changes,
  };
}

export function opened(seq: number, conversation = `v${seq}`): Outbound {
  return { type: "conversation_opened", stream: "customer:c1", seq, conversation };
}

/** A connection with everything around it faked; `random` is 0 unless told, so waits are the shortest. */
export function aConnection(
  given: { storage?: TextStorage; random?: () => number; credentials?: () => Promise<{ token: string } | null> } = {},
) {
  const clock = new FakeClock();
  const sockets: FakeSocket[] = [];
  const frames: Outbound[] = [];
  const states: ConnectionState[] = [];
  const storage = given.storage ?? memoryStorage();
  const connection = new Connection<CustomerInbound>({
    url: () => "ws://test/ws/customer",
    credentials: given.credentials ?? (async () => ({ token: "t" })),
    openSocket: (_url, handlers) => {
      sockets.push(new FakeSocket(handlers));
      return sockets.at(-1)!;
    },
    storage,
    outboxKey: "outbox",
    onFrame: (frame) => frames.push(frame),
    onState: (state) => states.push(state),
    timers: clock,
    random: given.random ?? (() => 0),
  });
  const socket = () => sockets.at(-1)!;
  /** The newest socket opens and is welcomed. */
  const live = async (changes: Parameters<typeof welcome>[0] = {}) => {
    await settle();
    socket().open();
    socket().gives(welcome(changes));
  };
  /** The connection breaks and the next socket is there, not yet open. */
  const broken = async (code = 1006) => {
    socket().handlers.closed(code);
    await clock.pass(500);
  };
  return { connection, clock, sockets, socket, frames, states, storage, live, broken };
}

let count = 0;
export function say(text: string): Extract<CustomerInbound, { type: "say" }> {
  count += 1;
  return { type: "say", client_message_id: `00000000-0000-4000-8000-${String(count).padStart(12, "0")}`, text };
}
