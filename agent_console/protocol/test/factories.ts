/** Small frames of one conversation for the tests of all three workspaces: factories with defaults. */

import type { ControlView, DecisionView, MessageView, Outbound } from "../src/generated";

export const AT = "2026-01-05T10:00:00Z";
export const STREAM = "conversation:c1";

export function aMessage(seq: number, over: Partial<MessageView> = {}): MessageView {
  return {
    id: `m${seq}`,
    seq,
    at: AT,
    author: "customer",
    author_name: null,
    internal: false,
    client_message_id: null,
    body: { kind: "text", text: `text ${seq}` },
    edited: false,
    quotes: null,
    ...over,
  };
}

export function aControl(over: Partial<ControlView> = {}): ControlView {
  return {
    status: "bot",
    controller: "bot",
    epoch: 0,
    agent_id: null,
    agent_name: null,
    reason: null,
    queue: "general",
    waiting_since: null,
    deadline: null,
    held: false,
    snoozed_until: null,
    follow_up: null,
    outcome: null,
    question_after: 0,
    can_withdraw_until: null,
    resolved: false,
    can_rate: false,
    tags: [],
    joined: [],
    contact: null,
    ...over,
  };
}

export function aDecision(id: string, over: Partial<DecisionView> = {}): DecisionView {
  return {
    id,
    seq: 2,
    at: AT,
    message_ids: ["m1"],
    action: "hand_off",
    reason: "low_confidence",
    grounds: "prediction",
    label: null,
    model: "v1",
    threshold: 0.7,
    confidence: 0.4,
    novelty: 0.2,
    guesses: [],
    neighbours: [],
    language: null,
    parts: [],
    blind: false,
    ...over,
  };
}

export const message = (seq: number, over: Partial<MessageView> = {}): Outbound => ({
  type: "message",
  stream: STREAM,
  seq,
  message: aMessage(seq, over),
});

export const control = (seq: number, over: Partial<ControlView> = {}): Outbound => ({
  type: "control",
  stream: STREAM,
  seq,
  control: aControl(over),
});

export function snapshot(
  messages: MessageView[],
  head: number,
  decisions: DecisionView[] = [],
  view: Partial<ControlView> = {},
): Outbound[] {
  return [
    { type: "thread_part", stream: STREAM, messages, decisions },
    { type: "thread_end", stream: STREAM, head, control: aControl(view), customer: "cust", site: "shop", locale: "en" },
  ];
}
