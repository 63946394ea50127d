/**
 * What was said, as a text file for the customer: who, when and what, in the language and time zone of their chat. It
 * is made of the thread, which the service sends whole and without anything internal. Part of `extras.tsx`.
 */

import type { MessageView } from "@escalation/protocol";
import type { Words } from "./phrases";
import { nameOf } from "./ui/message";
import { noticeWords } from "./ui/notice";

/** So that older editors take it for UTF-8, which is all that other than Latin letters hang on. */
const BYTE_ORDER_MARK = "\uFEFF";
const NEXT_LINE = "\r\n";

/** The whole file. */
export function transcriptOf(
  messages: readonly MessageView[],
  words: Words,
  now = new Date(),
  zone = ownZone(),
): string {
  const moment = new Intl.DateTimeFormat(words.locale, { dateStyle: "medium", timeStyle: "short", timeZone: zone });
  const said = messages.flatMap((message) => {
    const text = message.internal ? null : inWords(message, words);
    return text === null ? [] : [`[${moment.format(new Date(message.at))}] ${indented(text)}`];
  });
  const head = [words.say("title"), words.say("saved", { time: moment.format(now), zone }), ""];
  return BYTE_ORDER_MARK + [...head, ...said, ""].join(NEXT_LINE);
}

/** `chat-2026-11-30.txt`, by the customer's calendar. */
export function fileName(now = new Date()): string {
  const parts = [now.getFullYear(), now.getMonth() + 1, now.getDate()];
  return `chat-${parts.map((part) => String(part).padStart(2, "0")).join("-")}.txt`;
}

const ownZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Null for a notice that this widget does not know. */
function inWords(message: MessageView, words: Words): string | null {
  const { body } = message;
  if (body.kind === "notice" && message.author === "system") return noticeWords(words, body);
  const text = bodyInWords(body, words);
  return text === null ? null : `${nameOf(message, words)}: ${text}`;
}

function bodyInWords(body: MessageView["body"], words: Words): string | null {
  switch (body.kind) {
    case "text":
      return body.text;
    case "notice":
      return noticeWords(words, body);
    case "choices": {
      const titles = body.options.map(({ title }) => `- ${title}`);
      return [words.say(titles.length === 1 ? "which_one" : "which"), ...titles].join("\n");
    }
    case "choice":
      return body.title ?? words.say("none");
    case "attachment": {
      const files = body.files.map(({ name }) => words.say("file", { name }));
      return [...(body.text === "" ? [] : [body.text]), ...files].join("\n");
    }
    default:
      return words.say("erased");
  }
}

/** Further lines stand below the first, so that a line in brackets is always one of ours. */
const indented = (text: string): string => text.split(/\r?\n/).join(`${NEXT_LINE}    `);
