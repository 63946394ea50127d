/** The customer's view of a conversation as one value, and the pure functions that change it. */

import type { Choose, ControlView, MessageView, Outbound, Say } from "@escalation/protocol";

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

export interface Thread {
  readonly conversation: string | null;
  /** In order of seq, each id once. */
  readonly messages: readonly MessageView[];
  /** Messages of this page's earlier conversations, oldest first; a new conversation starts below them. */
  readonly earlier: readonly MessageView[];
  readonly control: ControlView | null;
  readonly pending: readonly Pending[];
  /** The name of the agent who is writing ("" if it was not told), or null. */
  readonly typing: string | null;
  /** Bot messages the customer called unhelpful. */
  readonly unhelpful: readonly string[];
  /** A request of each kind that is on its way; its button waits. */
  readonly asking: Readonly<Record<string, string>>;
  /** The pages of a snapshot whose end has not come yet. */
  readonly snapshot: readonly MessageView[];
}

export const EMPTY: Thread = {
  conversation: null,
  messages: [],
  earlier: [],
  control: null,
  pending: [],
  typing: null,
  unhelpful: [],
  asking: {},
  snapshot: [],
};

/** The thread after a frame from the server. Frames are applied in order and once (the connection sees to it). */
export function apply(thread: Thread, frame: Outbound): Thread {
  switch (frame.type) {
    case "welcome":
      return { ...switchTo(thread, frame.conversation ?? thread.conversation), snapshot: [] };
    case "conversation_opened":
      return switchTo(thread, frame.conversation);
    case "thread_part":
      return ours(thread, frame.stream) ? { ...thread, snapshot: [...thread.snapshot, ...frame.messages] } : thread;
    case "thread_end":
      return ours(thread, frame.stream)
        ? arrived({ ...thread, messages: [], snapshot: [], control: frame.control }, thread.snapshot)
        : thread;
    case "message":
      return ours(thread, frame.stream) ? arrived(thread, [frame.message]) : thread;
    case "control":
      return ours(thread, frame.stream) ? { ...thread, control: frame.control } : thread;
    case "erased":
      return ours(thread, frame.stream)
        ? { ...thread, messages: thread.messages.map(withoutWords), pending: [] }
        : thread;
    case "typing":
      return frame.who === "agent" && frame.conversation === thread.conversation
        ? { ...thread, typing: frame.name ?? "" }
        : thread;
    case "accepted":
      return { ...settled(thread, frame.ref, { state: "sent" }), ...opening(thread, frame.conversation) };
    case "error":
      return frame.ref === null ? thread : settled(thread, frame.ref, { state: "failed", code: frame.code });
    default:
      return thread;
  }
}

/** The thread with a message of ours shown before the server has it; the same ref again means another attempt. */
export function sending(thread: Thread, request: SpokenRequest, text: string): Thread {
  const ref = request.client_message_id;
  const others = thread.pending.filter((one) => one.ref !== ref);
  return { ...thread, pending: [...others, { ref, request, text, state: "sending" }] };
}

export function discarded(thread: Thread, ref: string): Thread {
  return { ...thread, pending: thread.pending.filter((one) => one.ref !== ref) };
}

/** The thread while a request without a bubble (`kind`) is on its way. */
export function asking(thread: Thread, kind: string, ref: string): Thread {
  return { ...thread, asking: { ...thread.asking, [kind]: ref } };
}

export function calledUnhelpful(thread: Thread, messageId: string): Thread {
  return { ...thread, unhelpful: [...thread.unhelpful, messageId] };
}

export function typingFaded(thread: Thread): Thread {
  return thread.typing === null ? thread : { ...thread, typing: null };
}

/** The choices the customer can still pick from: the newest message, if it offers some and no pick is on its way. */
export function openChoices(thread: Thread): MessageView | null {
  const last = thread.messages.findLast((message) => message.body.kind !== "notice");
  const free = last?.body.kind === "choices" && thread.pending.every((one) => one.state === "failed");
  return free && thread.control?.status === "bot" ? last : null;
}

/** The bot's newest message, if it is an answer the customer may call unhelpful. */
export function judgeable(thread: Thread): MessageView | null {
  const last = thread.messages.at(-1);
  const free = last?.author === "bot" && last.body.kind === "text" && thread.control?.status === "bot";
  return free && thread.pending.length === 0 && !thread.unhelpful.includes(last.id) ? last : null;
}

/** Whether the bot owes an answer, which it is working on. */
export function botThinks(thread: Thread): boolean {
  if (thread.pending.some((one) => one.state === "failed")) return false;
  if (thread.control !== null && thread.control.status !== "bot") return false;
  const sent = thread.pending.at(-1);
  return sent !== undefined ? sent.state === "sent" : thread.messages.at(-1)?.author === "customer";
}

/** Whether the customer was told that nobody comes now, and has left no contact yet. */
export function needsContact(thread: Thread): boolean {
  const codes = thread.messages.flatMap(({ body }) => (body.kind === "notice" ? [body.code] : []));
  const told = codes.findLast((code) => CONTACT_ASKED.has(code) || CONTACT_DONE.has(code));
  const status = thread.control?.status;
  return told !== undefined && CONTACT_ASKED.has(told) && (status === "waiting" || status === "closed");
}

const CONTACT_ASKED = new Set(["nobody_online", "too_busy", "expired"]);
const CONTACT_DONE = new Set(["contact_saved", "handed_off", "agent_joined", "handoff_cancelled", "resolved"]);

/** Messages by others that the customer has not seen, given the last seq they saw. */
export function unread(thread: Thread, seenSeq: number): number {
  return thread.messages.filter(({ author, seq }) => seq > seenSeq && (author === "agent" || author === "bot")).length;
}

function ours(thread: Thread, stream: string): boolean {
  return stream === `conversation:${thread.conversation}`;
}

function opening(thread: Thread, conversation: string | null): Partial<Thread> {
  return thread.conversation === null && conversation !== null ? { conversation } : {};
}

function switchTo(thread: Thread, conversation: string | null): Thread {
  if (conversation === thread.conversation) return thread;
  const earlier = [...thread.earlier, ...thread.messages];
  return { ...thread, conversation, earlier, messages: [], control: null, typing: null, snapshot: [] };
}

/** With these messages in the thread; bubbles they confirm are pending no longer. */
function arrived(thread: Thread, news: readonly MessageView[]): Thread {
  const byId = new Map([...thread.messages, ...news].map((message) => [message.id, message]));
  const confirmed = new Set(news.map((message) => message.client_message_id));
  return {
    ...thread,
    messages: [...byId.values()].sort((a, b) => a.seq - b.seq),
    pending: thread.pending.filter((one) => !confirmed.has(one.ref)),
    typing: news.some((message) => message.author === "agent") ? null : thread.typing,
  };
}

function settled(thread: Thread, ref: string, change: Pick<Pending, "state" | "code">): Thread {
  const shown = new Set(thread.messages.map((message) => message.client_message_id));
  return {
    ...thread,
    pending: thread.pending
      .filter((one) => !shown.has(one.ref))
      .map((one) => (one.ref === ref ? { ...one, ...change } : one)),
    asking: Object.fromEntries(Object.entries(thread.asking).filter(([, asked]) => asked !== ref)),
  };
}

function withoutWords(message: MessageView): MessageView {
  return { ...message, body: { kind: "erased" } };
}
