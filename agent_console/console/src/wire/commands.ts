/** What the person does, as frames: each named with a fresh id, and with the epoch on the screen. */
import { discarded, newClientId } from "@escalation/protocol";
import { draftsToDrop } from "../store/erased";
import { controlOf } from "../store/control";
import { addCommand, addMessage, setReadMark, withdrawRefused } from "../store/requests";
import { draftKey, quoteKey, readText, writeText, type DraftKind } from "../store/preferences";
import { hasFiles, type OwnMessage, type Pending } from "../store/state";
import { store } from "../store/store";
import { mentionsIn } from "../thread/mentions";
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
  decide_ms: number | null;
  follow_up?: string | null;
}

const epochOf = (conversation: string): number => controlOf(store.get(), conversation)?.epoch ?? 0;

function begin(type: string, conversation: string): { command_id: string; conversation: string; epoch: number } {
  const command_id = newClientId();
  store.update((state) => addCommand(state, { ref: command_id, type, conversation }));
  return { command_id, conversation, epoch: epochOf(conversation) };
}

export function command(type: PlainCommand, conversation: string): void {
  request({ type, ...begin(type, conversation) });
}

type WithFields = Extract<StaffInbound, Named>;
type FieldsOf<T extends WithFields["type"]> = Omit<Extract<WithFields, { type: T }>, keyof Named | "type">;

/** A command that says more: `commandWith("assign", conversation, { agent })`. Returns what its refusal is named by. */
export function commandWith<
  T extends
    "assign" | "offer" | "snooze" | "plan_follow_up" | "transfer" | "set_tags" | "edit_message" | "delete_message",
>(type: T, conversation: string, fields: FieldsOf<T>): string {
  const named = begin(type, conversation);
  request({ type, ...named, ...fields } as unknown as Parameters<typeof request>[0]);
  return named.command_id;
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

/** The bubble shows at once, with what the reply quotes. @param shown its words, where the request has none of its own */
function post(message: OwnMessage, shown: string = message.text): void {
  store.update((state) => addMessage(state, message, shown));
  request(message);
}

/** The draft and the chosen quote are gone, and come back if the server refuses. */
export function sendMessage(conversation: string, kind: DraftKind, text: string): void {
  post(newMessage(conversation, kind, text));
  writeText(draftKey(conversation, kind), null);
}

/** A file that was uploaded, as a reply of its own; it takes the chosen quote along, as words would. */
export function sendFile(conversation: string, id: string, name: string): void {
  post({ ...newMessage(conversation, "reply", ""), attachments: [id] } as OwnMessage, name);
}

function newMessage(conversation: string, type: DraftKind, text: string): OwnMessage {
  const named = { client_message_id: newClientId(), conversation, text };
  if (type === "note") return { type, ...named, mentions: mentionsIn(text, store.get().agents) };
  const quotes = readText(quoteKey(conversation));
  writeText(quoteKey(conversation), null);
  return { type, ...named, epoch: epochOf(conversation), ...(quotes && { quotes }) };
}

export function discardMessage(ref: string): void {
  store.update((state) => discarded(state, ref));
}

/** A refused message is a new request under today's epoch: the old id stands for the old one. */
export function sendAgain({ ref, request: refused, text }: Pending): void {
  discardMessage(ref);
  const named = { client_message_id: newClientId() };
  post(
    refused.type === "note" ? { ...refused, ...named } : { ...refused, ...named, epoch: epochOf(refused.conversation) },
    text,
  );
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

/** Refused words go back into the composer with their quote, in front of what was written there since. */
export function putBack({ ref, request: refused, text }: Pending): void {
  const key = draftKey(refused.conversation, refused.type);
  writeText(key, [text, readText(key)].filter(Boolean).join("\n\n"));
  if (refused.type === "reply" && refused.quotes) writeText(quoteKey(refused.conversation), refused.quotes);
  discardMessage(ref);
}

/** Whether the composer has something of its own: then, and with a file, the failed bubble keeps what was refused. */
function isTaken({ conversation, type }: OwnMessage): boolean {
  return Boolean(readText(draftKey(conversation, type)) || (type === "reply" && readText(quoteKey(conversation))));
}

export function keepRefusedText(frame: Outbound): void {
  if (frame.type !== "error" || !frame.ref) return;
  const { ref } = frame;
  const pending = store.get().pending.find((one) => one.ref === ref);
  if (pending?.state !== "failed" || hasFiles(pending) || isTaken(pending.request)) return;
  store.update((state) => withdrawRefused(state, ref));
  putBack(pending);
}

onFrameApplied((frame) => {
  keepRefusedText(frame);
  for (const key of draftsToDrop(store.get(), frame)) writeText(key, null);
});
