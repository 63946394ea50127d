/**
 * Own requests in the console's state: the protocol's model of them, and what only the console has, refusals shown at
 * their conversation and the own resolution. Pure.
 */
import { asking, discarded, refused, sending, settled, type PendingCommand } from "@escalation/protocol";
import { withAsked, withoutAsked } from "./asked";
import type { OwnMessage, Refusal, State } from "./state";

function without<T>(record: Record<string, T>, key: string): Record<string, T> {
  if (!(key in record)) return record;
  const { [key]: gone, ...rest } = record;
  return rest;
}

/** A new try makes the last refusal of its conversation void. */
const begun = (state: State, conversation: string): State => withAsked(clearRefusal(state, conversation), conversation);

/** @param shown what its bubble says; of one with a file alone, that file's name */
export function addMessage(state: State, request: OwnMessage, shown: string = request.text): State {
  return sending(begun(state, request.conversation), request, shown);
}

export function addCommand(state: State, command: PendingCommand): State {
  return asking(begun(state, command.conversation), command);
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

/** The server stored the request; a resolution can be undone from now on. */
export function settle(state: State, ref: string, at: number): State {
  const own = state.resolution?.ref === ref ? { ...state.resolution, doneAt: at } : state.resolution;
  const after = settled(state, ref);
  return own === state.resolution ? after : { ...after, resolution: own };
}

/** Nothing changed on the server: the message is marked failed, or the command's conversation shows why. */
export function refuse(state: State, error: Refusal & { ref?: string | null }): State {
  const { code, message, ref } = error;
  const own = state.pending.find((one) => one.ref === ref);
  const command = state.commands.find((one) => one.ref === ref);
  const asked = own?.request.conversation ?? command?.conversation ?? "";
  const after = withoutAsked(refused(state, ref ?? "", error), asked);
  if (own) return after;
  const refusal = { code, message, command: command?.type ?? "", ...(ref && { ref }) };
  const resolution = state.resolution?.ref === ref ? null : state.resolution;
  return { ...after, refusals: { ...state.refusals, [command?.conversation ?? ""]: refusal }, resolution };
}

/** A refused message becomes its conversation's refusal; its words are elsewhere by now. */
export function withdrawRefused(state: State, ref: string): State {
  const message = state.pending.find((one) => one.ref === ref);
  if (!message?.refusal) return state;
  const { conversation, type } = message.request;
  const refusals = { ...state.refusals, [conversation]: { ...message.refusal, command: type } };
  return { ...discarded(state, ref), refusals };
}
