/**
 * One lasting connection over many sockets: hello, following, resuming, heartbeats, and requests that are sent
 * until they are answered. No DOM in here: sockets, timers, randomness and storage are given.
 *
 *     const connection = new Connection<StaffInbound>({
 *       url: () => "wss://…/ws/staff", credentials: async () => ({ ticket }), openSocket: openWebSocket,
 *       storage, outboxKey: "console:outbox:<agent>", onFrame: store.apply, onState: show,
 *     });
 *     connection.follow("desk"); connection.start();
 *     connection.request({ type: "claim", command_id: newClientId(), conversation, epoch });   // until answered
 *     connection.send({ type: "typing", conversation });                                      // now or never
 */

import { secondsUntilBack, waitBeforeAttempt } from "./backoff";
import { CloseCode, PROTOCOL_VERSION, type Outbound } from "./generated";
import { Outbox, refOf, type Request, type TextStorage } from "./outbox";
import { Alarms, systemTimers, type OpenSocket, type Socket, type Timers } from "./ports";
import { Positions } from "./positions";

/** How the server knows us. A ticket is good for one hello, so it is asked for at each attempt. */
export interface Credentials {
  readonly token?: string;
  readonly ticket?: string;
}

export type ConnectionState =
  /** A socket is opening or waits for `welcome`. */
  | { readonly phase: "connecting"; readonly attempt: number }
  | { readonly phase: "live" }
  /** Cut off; the next attempt is at `retryAt` (by `timers.now`). `limited`: the server allows none before. */
  | { readonly phase: "offline"; readonly retryAt: number; readonly attempt: number; readonly limited: boolean }
  /** Over: reconnecting would not help. `code` says why; null after `stop()`. */
  | { readonly phase: "ended"; readonly code: number | null };

export interface ConnectionOptions<R extends { readonly type: string }> {
  readonly url: () => string;
  /** Null means there is no right to connect: the connection ends as if closed with BAD_TOKEN. Throwing means try again later. */
  readonly credentials: () => Promise<Credentials | null>;
  readonly openSocket: OpenSocket;
  readonly storage: TextStorage;
  readonly outboxKey: string;
  /** Every frame that is news, in order; repeats of events already seen do not come here. */
  readonly onFrame: (frame: Outbound) => void;
  readonly onState?: (state: ConnectionState) => void;
  readonly timers?: Timers;
  readonly random?: () => number;
  /** Only for inference of the kinds of frames this side may send. */
  readonly sends?: R;
}

/** No welcome within this time: the attempt failed. */
const WELCOME_WITHIN_MS = 15_000;
/** A heartbeat may be this late before the socket counts as dead. */
const HEARTBEAT_GRACE_MS = 10_000;
/** After this long alive, the next lost connection starts with short waits again. */
const STEADY_AFTER_MS = 5_000;

export class Connection<R extends { readonly type: string }> {
  readonly outbox: Outbox<R & Request>;
  readonly #options: ConnectionOptions<R>;
  readonly #timers: Timers;
  readonly #positions = new Positions();
  readonly #alarms: Alarms;
  #state: ConnectionState = { phase: "ended", code: null };
  #socket: Socket | null = null;
  #generation = 0;
  #attempt = 0;
  #notBefore = 0;
  #heartbeatMs = 25_000;

  constructor(options: ConnectionOptions<R>) {
    this.#options = options;
    this.#timers = options.timers ?? systemTimers;
    this.#alarms = new Alarms(this.#timers);
    this.outbox = new Outbox(options.storage, options.outboxKey);
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Connect, or connect again after the connection ended. */
  start(): void {
    if (this.#state.phase !== "ended") return;
    this.#attempt = 0;
    void this.#connect();
  }

  /** Close for good, until `start`. Unanswered requests stay kept. */
  stop(): void {
    this.#leave({ phase: "ended", code: null });
  }

  /** Do not wait for the next attempt: the network came back, or the person asks. Not before the server allows it. */
  retryNow(): void {
    if (this.#state.phase === "offline" && this.#timers.now() >= this.#notBefore) void this.#connect();
  }

  /** The network is gone: the socket is dead, though nobody told it yet. */
  networkLost(): void {
    if (this.#socket !== null) this.#giveUp();
  }

  /** Follow a stream from now on, through all reconnects. Without `from` a snapshot comes first. */
  follow(stream: string, from: number | null = null): void {
    if (this.#positions.wants(stream)) return;
    this.#positions.want(stream, from);
    this.send({ type: "follow", stream, position: from });
  }

  unfollow(stream: string): void {
    if (!this.#positions.wants(stream)) return;
    this.#positions.forget(stream);
    this.send({ type: "unfollow", stream });
  }

  /** Send a request now or when connected again, until it is accepted or refused. */
  request(request: R & Request): void {
    refOf(request);
    this.outbox.add(request);
    this.send(request);
  }

  /** Send a frame if there is a live connection; returns whether there was. */
  send(frame: R | { readonly type: "follow" | "unfollow" | "heartbeat"; readonly [field: string]: unknown }): boolean {
    if (this.#state.phase !== "live" || this.#socket === null) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  async #connect(): Promise<void> {
    const generation = this.#begin();
    try {
      const credentials = await this.#options.credentials();
      if (generation !== this.#generation) return;
      if (credentials === null) return this.#leave({ phase: "ended", code: CloseCode.BAD_TOKEN });
      this.#open(generation, credentials);
    } catch {
      if (generation === this.#generation) this.#cutOff();
    }
  }

  #begin(): number {
    this.#alarms.clearAll();
    this.#enter({ phase: "connecting", attempt: this.#attempt });
    return ++this.#generation;
  }

  #open(generation: number, credentials: Credentials): void {
    const current = (): boolean => generation === this.#generation;
    this.#alarms.set("welcome", WELCOME_WITHIN_MS, () => this.#giveUp());
    const socket = this.#options.openSocket(this.#options.url(), {
      opened: () => {
        if (current()) socket.send(JSON.stringify(this.#hello(credentials)));
      },
      received: (text) => {
        if (current()) this.#receive(JSON.parse(text) as Outbound);
      },
      closed: (code, reason = "") => {
        if (current()) this.#closed(code, reason);
      },
    });
    this.#socket = socket;
  }

  #hello(credentials: Credentials): object {
    const logEpoch = this.#positions.logEpoch;
    return {
      type: "hello",
      version: PROTOCOL_VERSION,
      ...credentials,
      positions: this.#positions.known(),
      ...(logEpoch === null ? {} : { log_epoch: logEpoch }),
    };
  }

  #receive(frame: Outbound): void {
    this.#expectHeartbeat();
    if (this.#isRepeat(frame)) return;
    switch (frame.type) {
      case "welcome":
        this.#heartbeatMs = frame.heartbeat_seconds * 1000;
        return this.#welcomed(frame);
      case "following":
        this.#positions.advance(frame.stream, frame.position);
        break;
      case "thread_end":
      case "desk_end":
        this.#positions.replaced(frame.stream, frame.head);
        break;
      case "dropped":
        this.#positions.forget(frame.stream);
        break;
      case "heartbeat":
        for (const [stream, seq] of Object.entries(frame.positions)) this.#positions.reached(stream, seq);
        this.send({ type: "heartbeat" });
        return;
      case "accepted":
        this.outbox.settle(frame.ref);
        break;
      case "error":
        if (frame.ref !== null) this.outbox.settle(frame.ref);
        break;
    }
    this.#options.onFrame(frame);
  }

  /** Events carry `stream` and `seq`; one that was seen before, or is of a stream left meanwhile, is not news. */
  #isRepeat(frame: Outbound): boolean {
    return "stream" in frame && "seq" in frame && !this.#positions.advance(frame.stream, frame.seq);
  }

  #welcomed(frame: Extract<Outbound, { type: "welcome" }>): void {
    this.#alarms.clear("welcome");
    this.#alarms.set("steady", STEADY_AFTER_MS, () => (this.#attempt = 0));
    const asked = Object.keys(this.#positions.known());
    this.#positions.belongTo(frame.log_epoch);
    const unasked = this.#positions.unknown().filter((stream) => !asked.includes(stream));
    this.#enter({ phase: "live" });
    this.#expectHeartbeat();
    for (const stream of unasked) this.send({ type: "follow", stream });
    for (const request of this.outbox.waiting) this.send(request);
    this.#options.onFrame(frame);
  }

  #closed(code: number, reason: string): void {
    if (code === CloseCode.LIMIT) return this.#cutOff(secondsUntilBack(reason) * 1000);
    if (code === CloseCode.BAD_FRAME) this.#refuseWaiting();
    if (code >= 4500 && code < 5000) return this.#leave({ phase: "ended", code });
    this.#cutOff();
  }

  /** What the server calls a defect would be one again after each reconnect: give it up, and say so. */
  #refuseWaiting(): void {
    const refs = this.outbox.waiting.map(refOf);
    this.outbox.clear();
    for (const ref of refs) {
      this.#options.onFrame({ type: "error", code: "bad_frame", message: "The server did not understand this.", ref });
    }
  }

  /** The socket is silent: do not wait for its close handshake. */
  #giveUp(): void {
    this.#socket?.close(CloseCode.NO_HEARTBEAT);
    this.#cutOff();
  }

  /** Come back after the usual wait, which begins when the server allows it. */
  #cutOff(away = 0): void {
    this.#generation++;
    this.#socket = null;
    this.#alarms.clearAll();
    this.#notBefore = this.#timers.now() + away;
    const wait = away + waitBeforeAttempt(this.#attempt++, (this.#options.random ?? Math.random)());
    this.#alarms.set("retry", wait, () => void this.#connect());
    this.#enter({
      phase: "offline",
      retryAt: this.#timers.now() + wait,
      attempt: this.#attempt,
      limited: away > 0,
    });
  }

  #leave(state: ConnectionState): void {
    this.#generation++;
    this.#alarms.clearAll();
    this.#socket?.close(1000);
    this.#socket = null;
    this.#enter(state);
  }

  #enter(state: ConnectionState): void {
    this.#state = state;
    this.#options.onState?.(state);
  }

  #expectHeartbeat(): void {
    if (this.#state.phase === "live") {
      this.#alarms.set("heartbeat", this.#heartbeatMs + HEARTBEAT_GRACE_MS, () => this.#giveUp());
    }
  }
}
