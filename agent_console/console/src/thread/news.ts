/** What is new in a thread that is shown, and how it is said aloud. Pure. */
import type { MessageView, Thread } from "@escalation/protocol";
import { words, wordsFor } from "../locale/words";
import { authorOf } from "./author";

/** What others wrote since `before`. What was there when the thread was first read is history, not news. */
export function newMessages(before: Thread | null, thread: Thread, me: string): MessageView[] {
  if (!before?.loaded || before.conversation !== thread.conversation) return [];
  return thread.messages.filter((one) => one.seq > before.head && !(one.author === "agent" && one.author_name === me));
}

function bodyWords({ body }: MessageView): string {
  switch (body.kind) {
    case "text":
      return body.text;
    case "choices":
      if (body.options.length === 0) return words("message.choices.hidden");
      return [words("message.choices"), ...body.options.map((one) => one.title)].join(" ");
    case "choice":
      return body.intent === null
        ? words("message.choice.none")
        : words("message.choice", { title: body.title ?? body.intent });
    case "attachment":
      return [body.text, ...body.files.map((file) => file.name)].join(" ").trim();
    case "notice":
      return wordsFor("notice", body.code, body.code, body.params);
    case "erased":
    case "deleted":
      return words(`message.${body.kind}`);
  }
}

/** "Customer: where is it?"; a notice speaks for itself. */
export function spoken(message: MessageView, me: string): string {
  const said = bodyWords(message);
  if (message.author === "system") return said;
  const note = message.internal ? `${words("message.internal")}, ` : "";
  return `${note}${authorOf(message, me)}: ${said}`;
}
