/** Frames as a customer gets them, with everything but the point of a test filled in; the bot says what nobody else does. */

import type { ControlView, MessageView, Outbound } from "@escalation/protocol";
import * as testing from "@escalation/protocol/testing";

export { aControl, STREAM } from "@escalation/protocol/testing";

export const CONVERSATION = "c1";

export function aMessage(seq: number, changes: Partial<MessageView> = {}): MessageView {
  return testing.aMessage(seq, { author: "bot", ...changes });
}

export function aNotice(seq: number, code: string): MessageView {
  return aMessage(seq, { author: "system", body: { kind: "notice", code, params: {} } });
}

export function message(given: MessageView): Outbound {
  return testing.message(given.seq, given);
}

/** After all messages, unless told. */
export function control(changes: Partial<ControlView>, seq = 98): Outbound {
  return testing.control(seq, changes);
}

export function opened(conversation: string = CONVERSATION): Outbound {
  return { type: "conversation_opened", stream: "customer:c1", seq: 1, conversation };
}

/** A snapshot with a page for each message. */
export function snapshot(...messages: MessageView[]): Outbound[] {
  const pages = messages.map((one) => testing.snapshot([one], 0)[0]!);
  return [...pages, testing.snapshot([], messages.length)[1]!];
}
