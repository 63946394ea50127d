/** What the browser keeps of a chat over pages: messages that were refused, and how far was read. */

import type { TextStorage } from "@escalation/protocol";
import type { Pending } from "./store";

/** Refused messages outlive the page, so that nothing a customer wrote is gone without their doing. */
export function failedOf(storage: TextStorage): Pending[] {
  return parsed<Pending[]>(storage.get("failed")) ?? [];
}

export function keepFailed(storage: TextStorage, pending: readonly Pending[], ref: string | null): void {
  const failed = pending.find((one) => one.ref === ref);
  if (failed) storage.set("failed", JSON.stringify([...others(storage, failed.ref), failed]));
}

export function forgetFailed(storage: TextStorage, ref: string): void {
  storage.set("failed", JSON.stringify(others(storage, ref)));
}

const others = (storage: TextStorage, ref: string): Pending[] => failedOf(storage).filter((one) => one.ref !== ref);

/** Up to which message of this conversation the customer has read. */
export function seenOf(storage: TextStorage, conversation: string): number {
  const kept = parsed<[string?, number?]>(storage.get("seen"));
  return kept?.[0] === conversation ? (kept[1] ?? 0) : 0;
}

export function keepSeen(storage: TextStorage, conversation: string, seq: number): void {
  storage.set("seen", JSON.stringify([conversation, seq]));
}

/** What is not readable any more was not kept. */
function parsed<T>(text: string | null): T | null {
  try {
    return JSON.parse(text ?? "null") as T | null;
  } catch {
    return null;
  }
}
