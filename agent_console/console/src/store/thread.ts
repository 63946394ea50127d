/** Pure changes of one thread. The thread comes only from `conversation:<id>`, never from the desk. */
import type { DecisionView, MessageView, Outbound } from "../wire/frames";
import { emptyThread, type PlacedDecision, type Thread } from "./state";

type Of<T extends Outbound["type"]> = Extract<Outbound, { type: T }>;

/** Insert by seq; a message already there (same seq or id) is ignored. */
export function withMessage(messages: readonly MessageView[], added: MessageView): MessageView[] {
  if (messages.some((m) => m.id === added.id || m.seq === added.seq)) return messages as MessageView[];
  const at = messages.findLastIndex((m) => m.seq < added.seq) + 1;
  return [...messages.slice(0, at), added, ...messages.slice(at)];
}

/** A decision stands after what it was taken on and all that was before it; unknown messages leave it at `fallback`. */
export function place(decision: DecisionView, messages: readonly MessageView[], fallback: number): PlacedDecision {
  const at = Date.parse(decision.at);
  // a customer's choice is stored at the same moment as the decision it leads to
  const before = (m: MessageView): boolean =>
    decision.message_ids.includes(m.id) ||
    Date.parse(m.at) < at ||
    (m.author === "customer" && Date.parse(m.at) === at);
  const seqs = messages.filter(before).map((m) => m.seq);
  return { decision, after: seqs.length > 0 ? Math.max(...seqs) : fallback };
}

export function addMessage(thread: Thread, frame: Of<"message">): Thread {
  const messages = withMessage(thread.messages, frame.message);
  if (messages === thread.messages && frame.seq <= thread.head) return thread;
  return { ...thread, head: Math.max(thread.head, frame.seq), messages };
}

export function addDecision(thread: Thread, frame: Of<"decision">): Thread {
  if (thread.decisions.some((d) => d.decision.id === frame.decision.id)) return thread;
  const decisions = [...thread.decisions, place(frame.decision, thread.messages, frame.seq)];
  return { ...thread, head: Math.max(thread.head, frame.seq), decisions };
}

export function changeControl(thread: Thread, frame: Of<"control">): Thread {
  if (frame.seq <= thread.controlSeq) return thread;
  const head = Math.max(thread.head, frame.seq);
  return { ...thread, head, control: frame.control, controlSeq: frame.seq };
}

export function forget(thread: Thread, seq: number): Thread {
  const messages = thread.messages.map((m) => ({ ...m, body: { kind: "erased" as const } }));
  return { ...thread, head: Math.max(thread.head, seq), messages, decisions: [], erased: true };
}

export function collectPart(thread: Thread, frame: Of<"thread_part">): Thread {
  const before = thread.arriving ?? { messages: [], decisions: [] };
  return {
    ...thread,
    arriving: {
      messages: [...before.messages, ...frame.messages],
      decisions: [...before.decisions, ...(frame.decisions ?? [])],
    },
  };
}

/** The snapshot replaces what was known of this stream, whole. */
export function endSnapshot(thread: Thread, frame: Of<"thread_end">): Thread {
  const arrived = thread.arriving ?? { messages: [], decisions: [] };
  const messages = arrived.messages.reduce<MessageView[]>(withMessage, []);
  return {
    ...emptyThread(thread.conversation),
    head: frame.head,
    loaded: true,
    messages,
    decisions: arrived.decisions.map((d) => place(d, messages, frame.head)),
    control: frame.control,
    controlSeq: frame.head,
    customer: frame.customer,
    site: frame.site,
    locale: frame.locale,
    erased: messages.length > 0 && messages.every((m) => m.body.kind === "erased"),
  };
}
