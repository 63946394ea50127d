/** What a reply quotes, as that says now. Part of `extras.tsx`. */

import type { MessageView } from "@escalation/protocol";
import type { JSX } from "preact";
import type { Chat } from "../chat";

const MOST_CHARACTERS = 100;

export function Quoted({ chat, id }: { readonly chat: Chat; readonly id: string }): JSX.Element | null {
  const { messages, earlier } = chat.thread.value;
  const said = [...messages, ...earlier].find((one) => one.id === id);
  if (said === undefined) return null;
  const text = textOf(said, chat);
  return (
    <p class="quoted" dir="auto">
      {text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text}
    </p>
  );
}

function textOf({ body }: MessageView, { words }: Chat): string {
  if (body.kind === "erased" || body.kind === "deleted") return words.say(body.kind);
  if (body.kind === "choice") return body.title ?? words.say("none");
  if (body.kind === "attachment" && body.text === "") return body.files.map(({ name }) => name).join(", ");
  return "text" in body ? body.text : words.say("which");
}
