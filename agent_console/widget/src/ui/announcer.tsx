/**
 * Tells assistive technology what others write, once. The thread itself is not live: it would be read out from its
 * beginning whenever the panel opens or a snapshot comes.
 */

import type { MessageView } from "@escalation/protocol";
import type { JSX } from "preact";
import type { Chat } from "../chat";
import type { Words } from "../phrases";
import { nameOf } from "./message";
import { noticeWords } from "./notice";

export function Announcer({ chat }: { readonly chat: Chat }): JSX.Element {
  return (
    <div class="hidden" aria-live="polite" aria-relevant="additions">
      {chat.news.value.map((message) => (
        <p key={message.id}>{spoken(message, chat.words)}</p>
      ))}
    </div>
  );
}

function spoken(message: MessageView, words: Words): string {
  const { body } = message;
  const said = (text: string): string => `${nameOf(message, words)}: ${text}`;
  switch (body.kind) {
    case "notice":
      return noticeWords(words, body) ?? "";
    case "text":
      return said(body.text);
    case "choices": {
      const titles = [...body.options.map((option) => option.title), words.say("none")];
      return said(`${words.say(titles.length === 2 ? "which_one" : "which")} ${titles.join(", ")}`);
    }
    case "attachment":
      return said([body.text, ...body.files.map((file) => file.name)].join(" "));
    default:
      return "";
  }
}
