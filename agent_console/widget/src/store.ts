/** The customer's view of a conversation as one value, and the pure functions that change and read it. */

import {
  applyToThread,
  emptyThread,
  type Choose,
  type MessageView,
  type Outbound,
  type Say,
  type Thread,
} from "@escalation/protocol";

export type SpokenRequest = Say | Choose;

/** A message of ours that the thread does not show yet. */
export interface Pending {
  readonly ref: string;
  readonly request: SpokenRequest;
  /** What the bubble shows. */
  readonly text: string;
  /** `sent`: accepted, its event is on the way. `failed`: refused with `code`; the customer may retry. */
  readonly state: "sending" | "sent" | "failed";
  readonly code?: string;
}

/** The thread, with what only the customer's side of it has. */
export interface CustomerThread extends Thread {
  /** Messages of this page's earlier conversations, oldest first; a new conversation starts below them. */
  readonly earlier: readonly MessageView[];
  readonly pending: readonly Pending[];
  /** The name of the agent who is writing ("" if it was not told), or null. */
  readonly typing: string | null;
  /** Bot messages the customer called unhelpful. */
  readonly unhelpful: readonly string[];
  /** A request of each kind that is on its way; its button waits. */
  readonly asking: Readonly<Record<string, string>>;
}

export const EMPTY: CustomerThread = {
  ...emptyThread(""),
  earlier: [],
  pending: [],
  typing: null,
  unhelpful: [],
  asking: {},
};

/** The thread after a frame from the server. Frames are applied in order and once (the connection sees to it). */
export function apply(thread: CustomerThread, frame: Outbound): CustomerThread {
  switch (frame.type) {
    case "welcome":
      return { ...switchTo(thread, frame.conversation ?? thread.conversation), arriving: null };
    case "conversation_opened":
      return switchTo(thread, frame.conversation);
    case "thread_end":
      return confirmed(thread, applyToThread(thread, frame), thread.arriving?.messages ?? []);
    case "message":
      return confirmed(thread, applyToThread(thread, frame), [frame.message]);
    case "erased": {
      const after = applyToThread(thread, frame);
      return after === thread ? thread : { ...after, pending: [] };
    }
    case "typing":
      return frame.who === "agent" && frame.conversation === thread.conversation
        ? { ...thread, typing: frame.name ?? "" }
        : thread;
    case "accepted":
      return { ...settled(thread, frame.ref, { state: "sent" }), ...opening(thread, frame.conversation) };
    case "error":
      return frame.ref === null ? thread : settled(thread, frame.ref, { state: "failed", code: frame.code });
    default:
      return applyToThread(thread, frame);
  }
}

/** The thread with a message of ours shown before the server has it; the same ref again means another attempt. */
export function sending(thread: CustomerThread, request: SpokenRequest, text: string): CustomerThread {
  const ref = request.client_message_id;
  const others = thread.pending.filter((one) => one.ref !== ref);
  return { ...thread, pending: [...others, { ref, request, text, state: "sending" }] };
}

export function discarded(thread: CustomerThread, ref: string): CustomerThread {
  return { ...thread, pending: thread.pending.filter((one) => one.ref !== ref) };
}

/** The thread while a request without a bubble (`kind`) is on its way. */
export function asking(thread: CustomerThread, kind: string, ref: string): CustomerThread {
  return { ...thread, asking: { ...thread.asking, [kind]: ref } };
}

export function calledUnhelpful(thread: CustomerThread, messageId: string): CustomerThread {
  return { ...thread, unhelpful: [...thread.unhelpful, messageId] };
}

export function typingFaded(thread: CustomerThread): CustomerThread {
  return thread.typing === null ? thread : { ...thread, typing: null };
}

/** The choices the customer can still pick from: the newest message, if it offers some and no pick is on its way. */
export function openChoices(thread: CustomerThread): MessageView | null {
  const last = thread.messages.findLast((message) => message.body.kind !== "notice");
  const free = last?.body.kind === "choices" && thread.pending.every((one) => one.state === "failed");
  return free && thread.control?.status === "bot" ? last : null;
}

/** The bot's newest message, if it is an answer the customer may call unhelpful. */
export function judgeable(thread: CustomerThread): MessageView | null {
  const last = thread.messages.at(-1);
  const free = last?.author === "bot" && last.body.kind === "text" && thread.control?.status === "bot";
  return free && thread.pending.length === 0 && !thread.unhelpful.includes(last.id) ? last : null;
}

/** Whether the bot owes an answer, which it is working on. */
export function botThinks(thread: CustomerThread): boolean {
  if (thread.pending.some((one) => one.state === "failed")) return false;
  if (thread.control !== null && thread.control.status !== "bot") return false;
  const sent = thread.pending.at(-1);
  return sent !== undefined ? sent.state === "sent" : thread.messages.at(-1)?.author === "customer";
}

/** Whether the customer is asked for an address; the server takes one exactly while `control.contact` says so. */
export function needsContact(thread: CustomerThread): boolean {
  return thread.control?.contact === "asked" && !thread.erased;
}

/** Whether an address was left that the customer can still replace. */
export function contactLeft(thread: CustomerThread): boolean {
  return thread.control?.contact === "left" && !thread.erased;
}

/** Messages by others that the customer has not seen, given the last seq they saw. */
export function unread(thread: CustomerThread, seenSeq: number): number {
  return thread.messages.filter(({ author, seq }) => seq > seenSeq && (author === "agent" || author === "bot")).length;
}

function opening(thread: CustomerThread, conversation: string | null): Partial<CustomerThread> {
  return thread.conversation === "" && conversation !== null ? { conversation } : {};
}

function switchTo(thread: CustomerThread, conversation: string): CustomerThread {
  if (conversation === thread.conversation) return thread;
  const earlier = [...thread.earlier, ...thread.messages];
  return { ...thread, ...emptyThread(conversation), earlier, typing: null };
}

/** After the news are in the thread: bubbles they confirm are pending no longer, and who wrote is not writing. */
function confirmed(before: CustomerThread, after: CustomerThread, news: readonly MessageView[]): CustomerThread {
  if (after === before) return before;
  const arrived = new Set(news.map((message) => message.client_message_id));
  return {
    ...after,
    pending: after.pending.filter((one) => !arrived.has(one.ref)),
    typing: news.some((message) => message.author === "agent") ? null : after.typing,
  };
}

function settled(thread: CustomerThread, ref: string, change: Pick<Pending, "state" | "code">): CustomerThread {
  const shown = new Set(thread.messages.map((message) => message.client_message_id));
  return {
    ...thread,
    pending: thread.pending
      .filter((one) => !shown.has(one.ref))
      .map((one) => (one.ref === ref ? { ...one, ...change } : one)),
    asking: Object.fromEntries(Object.entries(thread.asking).filter(([, asked]) => asked !== ref)),
  };
}
