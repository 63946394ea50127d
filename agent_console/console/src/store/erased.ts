/** What this browser keeps of a conversation beside the store, and must drop once its words are erased. */
import type { Outbound } from "../wire/frames";
import { draftKey } from "./preferences";
import type { State } from "./state";

const CONVERSATION = "conversation:";

/** The keys of the drafts to drop after this frame: of a conversation that is erased, or turns out to be. */
export function draftsToDrop(state: State, frame: Outbound): string[] {
  if (frame.type !== "erased" && frame.type !== "thread_end") return [];
  const conversation = frame.stream.slice(CONVERSATION.length);
  if (frame.type === "thread_end" && !state.threads[conversation]?.erased) return [];
  return [draftKey(conversation, "reply"), draftKey(conversation, "note")];
}
