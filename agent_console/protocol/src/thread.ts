/**
 * One conversation as its stream `conversation:<id>` tells it. Console and widget keep their threads by `applyToThread`
 * and add what is theirs alone: rows and refusals, bubbles under way. Pure.
 *
 *     let thread = emptyThread(id);
 *     connection.follow(`conversation:${id}`);
 *     onFrame: (frame) => (thread = applyToThread(thread, frame))   // frames of other streams change nothing
 */

import type { ControlView, DecisionView, Dropped, MessageView, Outbound } from "./generated";

export interface Thread {
  /** Empty while there is no conversation yet. */
  readonly conversation: string;
  /** Highest seq seen; what `resolve` names as `last_seen_seq`. */
  readonly head: number;
  /** Whether a snapshot has arrived whole. */
  readonly loaded: boolean;
  /** In order of seq, each id once. */
  readonly messages: readonly MessageView[];
  /** Staff only. In order of seq among themselves and the messages, each id once. */
  readonly decisions: readonly DecisionView[];
  readonly control: ControlView | null;
  /** Seq of the event `control` came from: an older one never replaces it. */
  readonly controlSeq: number;
  readonly customer: string;
  readonly site: string;
  readonly locale: string;
  readonly erased: boolean;
  readonly dropped: Dropped["reason"] | null;
  /** Pages of a snapshot under way; they replace everything at `thread_end`. */
  readonly arriving: { readonly messages: readonly MessageView[]; readonly decisions: readonly DecisionView[] } | null;
}

type Of<T extends Outbound["type"]> = Extract<Outbound, { type: T }>;
/** What a frame changes; null means nothing. */
type Change = Partial<Thread> | null;

/** What is left of a thread that this person may not see any more. */
const FORGOTTEN = { messages: [], decisions: [], control: null, loaded: false } as const;
const NOTHING_ARRIVING = { messages: [], decisions: [] } as const;

export function emptyThread(conversation: string): Thread {
  return {
    conversation,
    head: 0,
    loaded: false,
    messages: [],
    decisions: [],
    control: null,
    controlSeq: 0,
    customer: "",
    site: "",
    locale: "",
    erased: false,
    dropped: null,
    arriving: null,
  };
}

/** The thread after a frame. The same thread if the frame is of another stream or brings nothing new. */
export function applyToThread<T extends Thread>(thread: T, frame: Outbound): T {
  if (!("stream" in frame) || frame.stream !== `conversation:${thread.conversation}`) return thread;
  const change = changeBy(thread, frame);
  return change === null ? thread : { ...thread, ...change };
}

function changeBy(thread: Thread, frame: Outbound): Change {
  switch (frame.type) {
    case "thread_part":
      return collected(thread, frame);
    case "thread_end":
      return replaced(thread, frame);
    case "message":
      return addMessage(thread, frame);
    case "message_changed":
      return changeMessage(thread, frame);
    case "decision":
      return addDecision(thread, frame);
    case "control":
      return changeControl(thread, frame);
    case "erased":
      return forget(thread, frame);
    case "dropped":
      return { dropped: frame.reason, arriving: null, ...(frame.reason === "rights_changed" ? FORGOTTEN : {}) };
    default:
      return null;
  }
}

/** Insert by seq; what is already there (same seq or id) is ignored. */
function inserted<T extends { readonly id: string; readonly seq: number }>(
  known: readonly T[],
  added: T,
): readonly T[] {
  if (known.some((one) => one.id === added.id || one.seq === added.seq)) return known;
  const at = known.findLastIndex((one) => one.seq < added.seq) + 1;
  return [...known.slice(0, at), added, ...known.slice(at)];
}

/** What arrived, in order of seq; of two with the same seq or id the first. */
function ordered<T extends { readonly id: string; readonly seq: number }>(arrived: readonly T[]): readonly T[] {
  const seen = new Set<string | number>();
  const fresh = ({ id, seq }: T): boolean => !seen.has(id) && !seen.has(seq) && seen.add(id).add(seq).size > 0;
  return arrived.filter(fresh).sort((one, other) => one.seq - other.seq);
}

/** The thread with what has come of a snapshot so far, which is its newest; null before anything has. */
export function newestArrived(thread: Thread): Thread | null {
  return thread.arriving && { ...thread, messages: ordered(thread.arriving.messages) };
}

function addMessage(thread: Thread, frame: Of<"message">): Change {
  const messages = inserted(thread.messages, frame.message);
  if (messages === thread.messages && frame.seq <= thread.head) return null;
  return { head: Math.max(thread.head, frame.seq), messages };
}

function changeMessage(thread: Thread, { message_id, body, seq, edited }: Of<"message_changed">): Change {
  const messages = thread.messages.map((one) =>
    one.id === message_id ? { ...one, body, edited: one.edited || edited } : one,
  );
  return { head: Math.max(thread.head, seq), messages };
}

/** A decision whose guesses were hidden comes again once they are shown: the newer replaces it. */
function decided(known: readonly DecisionView[], added: DecisionView): readonly DecisionView[] {
  const others = added.blind ? known : known.filter((one) => one.id !== added.id || !one.blind);
  return inserted(others.length === known.length ? known : others, added);
}

function addDecision(thread: Thread, { decision, seq }: Of<"decision">): Change {
  const decisions = decided(thread.decisions, decision);
  if (decisions === thread.decisions) return null;
  return { head: Math.max(thread.head, seq), decisions };
}

function changeControl(thread: Thread, { control, seq }: Of<"control">): Change {
  if (seq <= thread.controlSeq) return null;
  return { head: Math.max(thread.head, seq), control, controlSeq: seq };
}

function forget(thread: Thread, { seq }: Of<"erased">): Change {
  const messages = thread.messages.map((message) => ({ ...message, body: { kind: "erased" as const } }));
  const control = thread.control && { ...thread.control, tags: [], follow_up: null };
  return { head: Math.max(thread.head, seq), messages, decisions: [], control, erased: true };
}

function collected(thread: Thread, frame: Of<"thread_part">): Change {
  const before = thread.arriving ?? NOTHING_ARRIVING;
  return {
    arriving: {
      messages: [...before.messages, ...frame.messages],
      decisions: [...before.decisions, ...(frame.decisions ?? [])],
    },
  };
}

/** The snapshot replaces what was known of this stream, whole. */
function replaced(thread: Thread, { head, control, customer, site, locale }: Of<"thread_end">): Change {
  const arrived = thread.arriving ?? NOTHING_ARRIVING;
  const messages = ordered(arrived.messages);
  return {
    ...emptyThread(thread.conversation),
    head,
    loaded: true,
    messages,
    decisions: arrived.decisions.reduce(decided, []),
    control,
    controlSeq: head,
    customer,
    site,
    locale,
    erased: messages.length > 0 && messages.every((message) => message.body.kind === "erased"),
  };
}
