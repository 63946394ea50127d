/** What a thread shows, in order: days, messages, decisions as slim lines, and own messages under way. Pure. */
import type { DecisionView, MessageView } from "../wire/frames";
import type { Thread } from "@escalation/protocol";
import type { Pending } from "../store/state";

export type Item =
  | { kind: "day"; key: string; at: string }
  | { kind: "message"; key: string; message: MessageView; first: boolean }
  | { kind: "notice"; key: string; message: MessageView }
  | { kind: "decision"; key: string; decision: DecisionView }
  | { kind: "pending"; key: string; pending: Pending };

const TOGETHER_MS = 5 * 60_000;

const dayKey = (iso: string): string => new Date(iso).toDateString();

/** Messages of one author within five minutes stand together under one name. */
export function continues(before: MessageView | undefined, message: MessageView): boolean {
  if (!before || before.author === "system" || before.internal || message.internal) return false;
  const same = before.author === message.author && before.author_name === message.author_name;
  return same && Date.parse(message.at) - Date.parse(before.at) < TOGETHER_MS;
}

function messageItem(message: MessageView, before: MessageView | undefined): Item {
  if (message.author === "system") {
    return { kind: "notice", key: message.id, message };
  }
  return { kind: "message", key: message.id, message, first: !continues(before, message) };
}

/** The id of this person's last reply, where the customer's page has drawn it by now. */
export function readReply({ messages }: Thread, me: string, upTo: number): string | null {
  const own = messages.findLast((one) => one.author === "agent" && one.author_name === me && !one.internal);
  return own && own.seq <= upTo ? own.id : null;
}

/** Gives, in turn, the decisions up to each message; a decision has a seq of its own. */
function decisionsInTurn({ decisions }: Thread): (next: number) => Item[] {
  let at = 0;
  return (next) => {
    const from = at;
    while (at < decisions.length && decisions[at]!.seq < next) at += 1;
    return decisions.slice(from, at).map((decision) => ({ kind: "decision", key: `d${decision.id}`, decision }));
  };
}

export function threadItems(thread: Thread, pending: readonly Pending[]): Item[] {
  const before = decisionsInTurn(thread);
  const items: Item[] = before(thread.messages[0]?.seq ?? Infinity);
  let shownDay = "";
  thread.messages.forEach((message, i) => {
    const day = dayKey(message.at);
    if (day !== shownDay) items.push({ kind: "day", key: day, at: message.at });
    shownDay = day;
    items.push(messageItem(message, thread.messages[i - 1]));
    items.push(...before(thread.messages[i + 1]?.seq ?? Infinity));
  });
  const sent = new Set(thread.messages.map((message) => message.client_message_id));
  const underway = pending.filter((one) => !sent.has(one.ref));
  return [...items, ...underway.map((one): Item => ({ kind: "pending", key: one.ref, pending: one }))];
}
