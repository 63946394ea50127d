/** Who wrote a message, by name where there is one. Pure. */
import { words } from "../locale/words";
import type { MessageView } from "../wire/frames";

export function authorOf(message: MessageView, me: string): string {
  if (message.author !== "agent") return words(`author.${message.author}`);
  return message.author_name === me ? words("author.you") : (message.author_name ?? words("author.agent"));
}
