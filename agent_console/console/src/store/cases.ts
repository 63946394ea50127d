/** Small frames for tests: factories with defaults. Those of one conversation come from the protocol's tests. */
import { AT } from "@escalation/protocol/testing";
import type { Outbound, RowView } from "../wire/frames";
import { apply } from "./apply";
import { emptyState, type State } from "./state";

export { aControl, aDecision, aMessage, AT, control, message, snapshot, STREAM } from "@escalation/protocol/testing";

export const NOW = Date.parse(AT);

export function aRow(conversation: string, seq: number, over: Partial<RowView> = {}): RowView {
  return {
    conversation,
    seq,
    epoch: 0,
    status: "waiting",
    agent_id: null,
    agent_name: null,
    customer: "cust",
    customer_name: null,
    site: "shop",
    locale: "en",
    language: null,
    queue: "general",
    reason: "low_confidence",
    intent: null,
    waiting_since: AT,
    deadline: null,
    held: false,
    snoozed_until: null,
    follow_up: null,
    outcome: null,
    last_text: "",
    last_author: "customer",
    last_at: AT,
    last_customer_seq: seq,
    offer: null,
    reply_by: null,
    remind_at: null,
    sla: null,
    ...over,
  };
}

export const desk = (seq: number, ...rows: RowView[]): Outbound => ({
  type: "desk",
  stream: "desk",
  seq,
  rows,
  agents: [],
  gone: [],
});

export function after(frames: readonly Outbound[], state: State = emptyState): State {
  return frames.reduce((before, frame) => apply(before, frame, NOW), state);
}
