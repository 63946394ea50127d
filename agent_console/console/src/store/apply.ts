/** `apply(state, frame)`: the only way a frame of the server changes what the console knows. Pure. */
import { applyToThread, arrived, emptyThread } from "@escalation/protocol";
import type { AgentView, Outbound, RowView } from "../wire/frames";
import { refuse, setReadMark, settle } from "./requests";
import type { State } from "./state";
import { keptAsked } from "./asked";
import { withWoken } from "./woken";

const TYPING_MS = 5_000;

export function conversationOf(stream: string): string {
  return stream.slice(stream.indexOf(":") + 1);
}

function changeThread(state: State, frame: Outbound & { stream: string }): State {
  const conversation = conversationOf(frame.stream);
  const before = state.threads[conversation] ?? emptyThread(conversation);
  const after = applyToThread(before, frame);
  return after === before ? state : { ...state, threads: { ...state.threads, [conversation]: after } };
}

/** The rows without those that went to where this member does not see them. */
export function withoutRows(rows: Record<string, RowView>, gone: readonly string[]): Record<string, RowView> {
  if (gone.length === 0) return rows;
  return Object.fromEntries(Object.entries(rows).filter(([conversation]) => !gone.includes(conversation)));
}

/** Newest row wins: one made from an older head of the conversation never replaces a newer one. */
export function withRows(rows: Record<string, RowView>, added: readonly RowView[]): Record<string, RowView> {
  const newer = added.filter((row) => (rows[row.conversation]?.seq ?? -1) < row.seq);
  if (newer.length === 0) return rows;
  return { ...rows, ...Object.fromEntries(newer.map((row) => [row.conversation, row])) };
}

function withAgents(agents: Record<string, AgentView>, added: readonly AgentView[]): Record<string, AgentView> {
  return added.length === 0 ? agents : { ...agents, ...Object.fromEntries(added.map((a) => [a.id, a])) };
}

function withoutTyping(state: State, conversation: string): State {
  if (!(conversation in state.typing)) return state;
  const { [conversation]: gone, ...typing } = state.typing;
  return { ...state, typing };
}

const NOTHING_YET = { rows: {}, agents: {}, readMarks: {}, mentions: {}, whispers: {} };

/** A mark never goes back: one set while the snapshot was on its way is newer than what the snapshot says. */
function newestMarks(before: State["readMarks"], arrived: State["readMarks"]): State["readMarks"] {
  const newer = Object.entries(arrived).filter(([conversation, seq]) => (before[conversation] ?? 0) < seq);
  return { ...before, ...Object.fromEntries(newer) };
}

function endDesk(state: State): State {
  const arrived = state.deskArriving ?? NOTHING_YET;
  const readMarks = newestMarks(state.readMarks, arrived.readMarks);
  const mentions = newestMarks(state.mentions, arrived.mentions);
  return { ...state, ...arrived, readMarks, mentions, deskLoaded: true, deskArriving: null };
}

function collectDesk(state: State, frame: Extract<Outbound, { type: "desk_part" }>): State {
  const before = state.deskArriving ?? NOTHING_YET;
  return {
    ...state,
    deskArriving: {
      rows: withRows(before.rows, frame.rows),
      agents: withAgents(before.agents, frame.agents ?? []),
      readMarks: { ...before.readMarks, ...frame.read_marks },
      mentions: { ...before.mentions, ...frame.mentions },
      whispers: { ...before.whispers, ...frame.whispers },
    },
  };
}

function onMessage(state: State, frame: Extract<Outbound, { type: "message" }>): State {
  const next = arrived(changeThread(state, frame), [frame.message]);
  return frame.message.author === "customer" ? withoutTyping(next, conversationOf(frame.stream)) : next;
}

function onThreadEnd(state: State, frame: Extract<Outbound, { type: "thread_end" }>): State {
  const next = changeThread(state, frame);
  return arrived(next, next.threads[conversationOf(frame.stream)]?.messages ?? []);
}

/** @param at this browser's clock, milliseconds since 1970 */
export function apply(state: State, frame: Outbound, at: number): State {
  switch (frame.type) {
    case "welcome":
      return { ...state, viewers: {}, me: frame.me, skew: Date.parse(frame.server_time) - at };
    case "desk_part":
      return collectDesk(state, frame);
    case "desk_end":
      return withWoken(state, keptAsked(endDesk(state)), at + state.skew);
    case "desk": {
      const rows = withoutRows(withRows(state.rows, frame.rows ?? []), frame.gone ?? []);
      const next = { ...state, rows, agents: withAgents(state.agents, frame.agents ?? []) };
      return withWoken(state, keptAsked(next), at + state.skew);
    }
    case "thread_end":
      return onThreadEnd(state, frame);
    case "message":
      return onMessage(state, frame);
    case "thread_part":
    case "message_changed":
    case "decision":
    case "control":
    case "erased":
    case "dropped":
      return changeThread(state, frame);
    case "typing": {
      const hint = { who: frame.who, name: frame.name ?? null, until: at + TYPING_MS };
      return { ...state, typing: { ...state.typing, [frame.conversation]: hint } };
    }
    case "viewers":
      return { ...state, viewers: { [frame.conversation]: frame.viewers } };
    case "read":
      return { ...state, readByCustomer: { ...state.readByCustomer, [frame.conversation]: frame.up_to } };
    case "accepted":
      return settle(state, frame.ref, at);
    case "error":
      return refuse(state, frame);
    case "run":
      return onRun(state, frame);
    case "answering_changed":
      return { ...state, stopped: frame.stopped, modelsChanged: state.modelsChanged + 1 };
    case "model_published":
      return { ...state, published: frame, modelsChanged: state.modelsChanged + 1 };
    case "catalogue_changed":
      return { ...state, catalogueChanged: state.catalogueChanged + 1 };
    case "whispered":
      return withWhisper(state, frame);
    case "mentioned":
      return { ...state, mentions: newestMarks(state.mentions, { [frame.conversation]: frame.up_to }) };
    case "proposals_changed":
      return { ...state, proposalsChanged: state.proposalsChanged + 1 };
    case "conversation_read":
      return setReadMark(state, frame.conversation, frame.up_to);
    case "contact_changed":
      return { ...state, contactsChanged: state.contactsChanged + 1 };
    case "following":
    case "heartbeat":
    case "queue_place":
    case "conversation_opened":
      return state;
  }
}

function withWhisper(state: State, { conversation, unseen }: Extract<Outbound, { type: "whispered" }>): State {
  return { ...state, whispered: state.whispered + 1, whispers: { ...state.whispers, [conversation]: unseen } };
}

function onRun(state: State, frame: Extract<Outbound, { type: "run" }>): State {
  const before = state.runs[frame.run];
  if (before && before.seq >= frame.seq) return state;
  const ended = before?.state !== frame.state;
  const modelsChanged = state.modelsChanged + (ended ? 1 : 0);
  return { ...state, runs: { ...state.runs, [frame.run]: frame }, modelsChanged };
}
