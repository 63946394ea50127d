/** What the customer of a conversation writes in, as the bot's decisions tell it. Pure. */
import type { Thread } from "@escalation/protocol";
import type { RowView } from "../wire/frames";

/** The thread knows it too where the list no longer has the conversation; the newest decision that tells counts. */
export function writtenIn(row: RowView | null, thread: Thread | null): string | null {
  const told = thread?.decisions.findLast((decision) => decision.language !== null)?.language;
  return told ?? row?.language ?? null;
}
