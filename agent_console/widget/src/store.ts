/** The customer's view of a conversation as one value, and the pure functions that change and read it. */

import {
  applyToThread,
  arrived,
  emptyThread,
  refused,
  settled,
  type Choose,
  type MessageView,
  type Outbound,
  type OwnRequests,
  type PendingMessage,
  type QueuePlace as QueuePlaceFrame,
  type Say,
  type Thread,
} from "@escalation/protocol";

export type SpokenRequest = Say | Choose;

/** A message of ours that the thread does not show yet. */
export type Pending = PendingMessage<SpokenRequest>;

/** Where a waiting customer is in the queue; minutes are null where nothing can be said of them. */
export interface QueuePlace {
  readonly position: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** The thread, with what only the customer's side of it has. */
export interface CustomerThread extends Thread, OwnRequests<SpokenRequest> {
  /** Messages of this page's earlier conversations, oldest first; a new conversation starts below them. */
  readonly earlier: readonly MessageView[];
  /** The name of the agent who is writing ("" if it was not told), or null. */
  readonly typing: string | null;
  readonly place: QueuePlace | null;
  /** The last place that an agent who had the conversation has read. */
  readonly read: number;
  /** Bot messages the customer called unhelpful. */
  readonly unhelpful: readonly string[];
}

export const EMPTY: CustomerThread = {
  ...emptyThread(""),
  earlier: [],
  pending: [],
  typing: null,
  place: null,
  read: 0,
  unhelpful: [],
  commands: [],
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
    case "queue_place":
      return frame.conversation === thread.conversation ? { ...thread, place: placeOf(frame) } : thread;
    case "read":
      return frame.conversation === thread.conversation ? { ...thread, read: frame.up_to } : thread;
    case "control": {
      const after = applyToThread(thread, frame);
      return after.place === null || after.control?.status === "waiting" ? after : { ...after, place: null };
    }
    case "accepted":
      // what was accepted before, on another page, may be in the thread already
      return { ...arrived(settled(thread, frame.ref), thread.messages), ...opening(thread, frame.conversation) };
    case "error":
      return frame.ref === null ? thread : refused(thread, frame.ref, frame);
    default:
      return applyToThread(thread, frame);
  }
}

function placeOf({ position, low_minutes: low, high_minutes: high }: QueuePlaceFrame): QueuePlace | null {
  return position == null ? null : { position, low: low ?? null, high: high ?? null };
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

/** Whether this is the customer's last message, and an agent has read it. */
export function isRead({ messages, read }: CustomerThread, message: MessageView): boolean {
  return message.seq <= read && messages.findLast(({ author }) => author === "customer") === message;
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

/** What a frame brings that the customer has not read before; a snapshot is not news. */
export function newsOf(thread: CustomerThread, frame: Outbound): MessageView | null {
  const news = frame.type === "message" && frame.stream === `conversation:${thread.conversation}`;
  return news && frame.message.author !== "customer" ? frame.message : null;
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
  return { ...thread, ...emptyThread(conversation), earlier, typing: null, place: null, read: 0 };
}

/** After the news are in the thread: bubbles they confirm are pending no longer, and who wrote is not writing. */
function confirmed(before: CustomerThread, after: CustomerThread, news: readonly MessageView[]): CustomerThread {
  if (after === before) return before;
  return {
    ...arrived(after, news),
    typing: news.some((message) => message.author === "agent") ? null : after.typing,
  };
}
