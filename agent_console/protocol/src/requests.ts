/**
 * What this side has asked for and the thread does not show yet: own messages as bubbles that are there at once, and
 * commands whose buttons wait. Console and widget keep both in their state and change them by these functions alone,
 * beside `Outbox`, which sends and keeps the requests themselves. Pure.
 *
 *     state = sending(state, say, text);                                        // at once
 *     accepted: state = settled(state, frame.ref)      error: state = refused(state, frame.ref, frame)
 *     message, snapshot: state = arrived(state, messages)                       // the thread shows it now
 */

import type { MessageView } from "./generated";
import { refOf, type Request } from "./outbox";

/** Why the server did not do what it was asked. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** An own message that the thread does not show yet. */
export interface PendingMessage<R extends Request = Request> {
  readonly ref: string;
  readonly request: R;
  /** What the bubble shows. */
  readonly text: string;
  /** `sent`: accepted, its event is on the way. `failed`: refused; it stays until it is tried again or discarded. */
  readonly state: "sending" | "sent" | "failed";
  readonly refusal: Refusal | null;
}

/** A command under way. */
export interface PendingCommand {
  readonly ref: string;
  readonly type: string;
  /** Empty where there is only one. */
  readonly conversation: string;
}

export interface OwnRequests<R extends Request = Request> {
  /** In the order in which they were written. */
  readonly pending: readonly PendingMessage<R>[];
  readonly commands: readonly PendingCommand[];
}

type RequestOf<S extends OwnRequests> = S["pending"][number]["request"];

/** The state with a message of ours in it. The same id again is another attempt, and comes last. */
export function sending<S extends OwnRequests>(state: S, request: RequestOf<S>, text: string): S {
  const message: PendingMessage = { ref: refOf(request), request, text, state: "sending", refusal: null };
  return { ...state, pending: [...discarded(state, message.ref).pending, message] };
}

/** The state without a message that was refused, or whose request is made anew under another id. */
export function discarded<S extends OwnRequests>(state: S, ref: string): S {
  const pending = state.pending.filter((one) => one.ref !== ref);
  return pending.length === state.pending.length ? state : { ...state, pending };
}

export function asking<S extends OwnRequests>(state: S, command: PendingCommand): S {
  return { ...state, commands: [...state.commands, command] };
}

/** Whether such a command is under way, in this conversation if one is named. */
export function isAsking(state: OwnRequests, type: string, conversation?: string): boolean {
  return state.commands.some((one) => one.type === type && (conversation ?? one.conversation) === one.conversation);
}

/** The server stored the request. A message stays until its event arrives, so that its bubble never blinks. */
export function settled<S extends OwnRequests>(state: S, ref: string): S {
  return withoutCommand(changed(state, ref, { state: "sent", refusal: null }), ref);
}

/** The server did nothing: the message says so, the command's button is free again. */
export function refused<S extends OwnRequests>(state: S, ref: string, { code, message }: Refusal): S {
  return withoutCommand(changed(state, ref, { state: "failed", refusal: { code, message } }), ref);
}

/** What the thread shows is not pending any more. */
export function arrived<S extends OwnRequests>(state: S, messages: readonly MessageView[]): S {
  if (state.pending.length === 0) return state;
  const shown = new Set(messages.map((message) => message.client_message_id));
  const pending = state.pending.filter((one) => !shown.has(one.ref));
  return pending.length === state.pending.length ? state : { ...state, pending };
}

type Change = Pick<PendingMessage, "state" | "refusal">;

function changed<S extends OwnRequests>(state: S, ref: string, change: Change): S {
  if (!state.pending.some((one) => one.ref === ref)) return state;
  return { ...state, pending: state.pending.map((one) => (one.ref === ref ? { ...one, ...change } : one)) };
}

function withoutCommand<S extends OwnRequests>(state: S, ref: string): S {
  const commands = state.commands.filter((one) => one.ref !== ref);
  return commands.length === state.commands.length ? state : { ...state, commands };
}
