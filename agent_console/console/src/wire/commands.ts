/** What the person does, as frames: each named with a fresh id, and with the epoch on the screen. */
import { discarded, newClientId } from "@escalation/protocol";
import { draftsToDrop } from "../store/erased";
import { controlOf } from "../store/control";
import { addCommand, addMessage, setReadMark, withdrawRefused } from "../store/requests";
import { draftKey, readText, writeText, type DraftKind } from "../store/preferences";
import type { OwnMessage, Pending } from "../store/state";
import { store } from "../store/store";
import type { Outbound, PartLabel, StaffInbound } from "./frames";
import { onFrameApplied, request, sendNow } from "./live";

type Named = { command_id: string; conversation: string; epoch: number };
type PlainOf<F> = F extends Named & { type: string } ? (Named & Pick<F, "type"> extends F ? F["type"] : never) : never;

/** The commands that say no more than what every command on a conversation names. */
export type PlainCommand = PlainOf<StaffInbound>;

export interface Resolution {
  label: string | null;
  new_intent: boolean;
  answer_message_id: string | null;
  answer_text: string | null;
  outcome: "solved" | "follow_up" | "abandoned";
  learn: boolean;
  last_seen_seq: number;
  parts: readonly PartLabel[];
}

function begin(type: string, conversation: string): { command_id: string; conversation: string; epoch: number } {
  const command_id = newClientId();
  store.update((state) => addCommand(state, { ref: command_id, type, conversation }));
  return { command_id, conversation, epoch: controlOf(store.get(), conversation)?.epoch ?? 0 };
}

export function command(type: PlainCommand, conversation: string): void {
  request({ type, ...begin(type, conversation) });
}

type WithFields = Extract<StaffInbound, Named>;
type FieldsOf<T extends WithFields["type"]> = Omit<Extract<WithFields, { type: T }>, keyof Named | "type">;

/** A command that says more: `commandWith("assign", conversation, { agent })`. */
export function commandWith<T extends "assign" | "offer" | "snooze" | "transfer">(
  type: T,
  conversation: string,
  fields: FieldsOf<T>,
): void {
  request({ type, ...begin(type, conversation), ...fields } as unknown as Parameters<typeof request>[0]);
}

/** @param title what it is resolved as, in words, for the offer to undo */
export function resolve(conversation: string, resolution: Resolution, title: string, next: boolean): void {
  const named = begin("resolve", conversation);
  const own = { ref: named.command_id, conversation, title, next, doneAt: null };
  store.update((state) => ({ ...state, resolution: own }));
  request({ type: "resolve", ...named, ...resolution });
}

/** Take the newest own resolution back. */
export function undoResolution(): void {
  const own = store.get().resolution;
  if (!own) return;
  store.update((state) => ({ ...state, resolution: null }));
  command("withdraw_resolution", own.conversation);
}

export function forgetResolution(): void {
  store.update((state) => ({ ...state, resolution: null }));
}

/** The bubble shows at once; the draft is gone, and comes back if the server refuses. */
export function sendMessage(conversation: string, kind: DraftKind, text: string): void {
  const message = newMessage(conversation, kind, text);
  store.update((state) => addMessage(state, message));
  writeText(draftKey(conversation, kind), null);
  request(message);
}

function newMessage(conversation: string, type: DraftKind, text: string): OwnMessage {
  const named = { client_message_id: newClientId(), conversation, text };
  if (type === "note") return { type, ...named };
  return { type, ...named, epoch: controlOf(store.get(), conversation)?.epoch ?? 0 };
}

export function discardMessage(ref: string): void {
  store.update((state) => discarded(state, ref));
}

/** A refused message is a new request under today's epoch: the old id stands for the old one. */
export function sendAgain({ ref, request: refused }: Pending): void {
  discardMessage(ref);
  sendMessage(refused.conversation, refused.type, refused.text);
}

export function markRead(conversation: string, seq: number): void {
  if ((store.get().readMarks[conversation] ?? 0) >= seq) return;
  store.update((state) => setReadMark(state, conversation, seq));
  sendNow({ type: "mark_read", command_id: newClientId(), conversation, seq });
}

const TYPING_EVERY_MS = 3_000;
let typedAt = 0;

export function tellTyping(conversation: string): void {
  const now = Date.now();
  if (now - typedAt < TYPING_EVERY_MS) return;
  typedAt = now;
  sendNow({ type: "typing", conversation });
}

/** Refused text goes back into the composer where that is empty; where it is not, the failed bubble keeps it. */
export function keepRefusedText(frame: Outbound): void {
  if (frame.type !== "error" || !frame.ref) return;
  const { ref } = frame;
  const pending = store.get().pending.find((one) => one.ref === ref);
  if (pending?.state !== "failed") return;
  const key = draftKey(pending.request.conversation, pending.request.type);
  if (readText(key)) return;
  writeText(key, pending.text);
  store.update((state) => withdrawRefused(state, ref));
}

onFrameApplied((frame) => {
  keepRefusedText(frame);
  for (const key of draftsToDrop(store.get(), frame)) writeText(key, null);
});
