/** Frames as a customer gets them, with everything but the point of a test filled in. */

import type { ControlView, MessageView, Outbound } from "@escalation/protocol";

export const CONVERSATION = "v1";
export const STREAM = `conversation:${CONVERSATION}`;

export function aMessage(seq: number, changes: Partial<MessageView> = {}): MessageView {
  return {
    id: `m${seq}`,
    seq,
    at: "2026-01-01T10:00:00Z",
    author: "bot",
    author_name: null,
    internal: false,
    client_message_id: null,
    body: { kind: "text", text: `text ${seq}` },
    ...changes,
  };
}

export function aNotice(seq: number, code: string): MessageView {
  return aMessage(seq, { author: "system", body: { kind: "notice", code, params: {} } });
}

export function message(given: MessageView): Outbound {
  return { type: "message", stream: STREAM, seq: given.seq, message: given };
}

export function aControl(changes: Partial<ControlView> = {}): ControlView {
  return {
    status: "bot",
    controller: "bot",
    epoch: 0,
    agent_id: null,
    agent_name: null,
    reason: null,
    queue: null,
    waiting_since: null,
    deadline: null,
    held: false,
    snoozed_until: null,
    outcome: null,
    can_withdraw_until: null,
    can_rate: false,
    ...changes,
  };
}

export function control(changes: Partial<ControlView>): Outbound {
  return { type: "control", stream: STREAM, seq: 99, control: aControl(changes) };
}

export function opened(conversation: string = CONVERSATION): Outbound {
  return { type: "conversation_opened", stream: "customer:c1", seq: 1, conversation };
}

export function snapshot(...messages: MessageView[]): Outbound[] {
  const rest = { customer: "c1", site: "demo", locale: "en" };
  return [
    ...messages.map((one): Outbound => ({ type: "thread_part", stream: STREAM, messages: [one], decisions: [] })),
    { type: "thread_end", stream: STREAM, head: messages.length, control: aControl(), ...rest },
  ];
}
