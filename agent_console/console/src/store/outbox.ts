/** Own requests under way: optimistic messages and commands, until the server accepts or refuses them. Pure. */
import type { MessageView } from "../wire/frames";
import type { Command, Pending, Refusal, State } from "./state";

function without<T>(record: Record<string, T>, key: string): Record<string, T> {
  if (!(key in record)) return record;
  const { [key]: gone, ...rest } = record;
  return rest;
}

/** A new try makes the last refusal of its conversation void. */
export function addPending(state: State, pending: Pending): State {
  const refusals = pending.failed ? state.refusals : without(state.refusals, pending.conversation);
  return { ...state, refusals, pending: { ...state.pending, [pending.clientMessageId]: pending } };
}

export function dropPending(state: State, clientMessageId: string): State {
  const pending = without(state.pending, clientMessageId);
  return pending === state.pending ? state : { ...state, pending };
}

export function addCommand(state: State, command: Command): State {
  const refusals = without(state.refusals, command.conversation);
  return { ...state, refusals, commands: { ...state.commands, [command.ref]: command } };
}

export function clearRefusal(state: State, conversation: string): State {
  const refusals = without(state.refusals, conversation);
  return refusals === state.refusals ? state : { ...state, refusals };
}

const KEPT_THREADS = 30;

/** Forget the threads opened longest ago; `keep` stays, and so does what is being read. */
export function withoutOldThreads(state: State, keep: string | null): State {
  const names = Object.keys(state.threads);
  const old = names.slice(0, Math.max(0, names.length - KEPT_THREADS)).filter((name) => name !== keep);
  if (old.length === 0) return state;
  return {
    ...state,
    threads: Object.fromEntries(Object.entries(state.threads).filter(([name]) => !old.includes(name))),
  };
}

export function setReadMark(state: State, conversation: string, seq: number): State {
  if ((state.readMarks[conversation] ?? 0) >= seq) return state;
  return { ...state, readMarks: { ...state.readMarks, [conversation]: seq } };
}

/**
 * The server stored the request. An accepted message stays pending until its event arrives, so that the bubble
 * never blinks; the event carries `client_message_id`.
 */
export function settle(state: State, ref: string, at: number): State {
  const commands = without(state.commands, ref);
  const own = state.resolution?.ref === ref ? { ...state.resolution, doneAt: at } : state.resolution;
  return commands === state.commands ? state : { ...state, commands, resolution: own };
}

/** The event of an own message replaces its optimistic bubble. */
export function settleByMessage(state: State, message: MessageView): State {
  return message.client_message_id ? dropPending(state, message.client_message_id) : state;
}

/** Nothing changed on the server: the message is marked failed, or the command's conversation shows why. */
export function refuse(state: State, error: Refusal & { ref?: string | null }): State {
  const refusal = { code: error.code, message: error.message };
  const ref = error.ref ?? "";
  const pending = state.pending[ref];
  if (pending) return addPending(state, { ...pending, failed: refusal });
  const command = state.commands[ref];
  const conversation = command?.conversation ?? "";
  const refusals = { ...state.refusals, [conversation]: { ...refusal, command: command?.type ?? "" } };
  const resolution = state.resolution?.ref === ref ? null : state.resolution;
  return { ...state, commands: without(state.commands, ref), refusals, resolution };
}
