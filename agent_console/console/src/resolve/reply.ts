/** Which reply a resolution proposes as the answer of its intent, and why there may be none. Pure. */
import type { MessageView } from "../wire/frames";
import type { IntentBody } from "../wire/resources";
import type { Thread } from "@escalation/protocol";
import type { Choice } from "./choice";

/** The last reply as it was sent, the same edited for learning, or no reply. */
export type ReplyUse = "last" | "edit" | "none";
/** Why no reply can be learnt. */
export type NoReply = "noneYet" | "notForTraining" | "severalRequests" | "outOfScope" | "alwaysPerson";

export const isReplyUse = (value: string): value is ReplyUse => ["last", "edit", "none"].includes(value);

export interface Reply {
  id: string;
  text: string;
}

/** The newest public reply of an agent to the question asked now: what may be learnt as the answer. */
export function lastReply({ messages, control }: Pick<Thread, "messages" | "control">): Reply | null {
  const since = control?.question_after ?? 0;
  const isReply = (m: MessageView): boolean =>
    m.seq > since && m.author === "agent" && !m.internal && m.body.kind === "text";
  const reply = messages.findLast(isReply);
  return reply?.body.kind === "text" ? { id: reply.id, text: reply.body.text } : null;
}

interface Situation {
  reply: Reply | null;
  choice: Choice | null;
  /** The chosen intent as the catalogue has it. */
  intent: IntentBody | null;
  learn: boolean;
  /** Whether several requests are labelled: a reply to all of them is the answer of none. */
  several?: boolean;
}

/** The service proposes nothing in these cases, so the console offers nothing. */
export function noReply({ reply, choice, intent, learn, several }: Situation): NoReply | null {
  if (!reply) return "noneYet";
  if (!learn) return "notForTraining";
  if (several) return "severalRequests";
  if (choice?.kind === "out_of_scope") return "outOfScope";
  return intent?.policy === "always_handoff" ? "alwaysPerson" : null;
}

/** An intent named just now has no other answer. For any other one a person says so: "Sorry for that" answers nothing. */
export function replyUse(chosen: ReplyUse | null, situation: Situation): ReplyUse {
  if (noReply(situation)) return "none";
  const isNew = situation.choice?.kind === "new" && situation.intent === null;
  return chosen ?? (isNew ? "last" : "none");
}

/** What a resolution names, and whether the edited words may be stored: blank ones are no answer. */
export function toLearn(use: ReplyUse, reply: Reply | null, edited: string | null) {
  if (use === "none" || !reply) return { answer_message_id: null, answer_text: null, blank: false };
  const text = use === "edit" ? (edited ?? reply.text).trim() : reply.text;
  const changed = use === "edit" && text !== reply.text.trim();
  return { answer_message_id: reply.id, answer_text: changed ? text : null, blank: text === "" };
}
