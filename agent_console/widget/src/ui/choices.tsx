/** A question of the bot with what can be picked. Part of `extras.tsx`. */

import type { ChoicesBody, MessageView } from "@escalation/protocol";
import type { JSX } from "preact";
import type { Chat } from "../chat";
import { openChoices } from "../store";
import { Words } from "./message";

interface ChoicesProps {
  readonly chat: Chat;
  readonly message: MessageView;
  readonly body: ChoicesBody;
  readonly who: JSX.Element;
}

export function Choices({ chat, message, body, who }: ChoicesProps): JSX.Element {
  const { words } = chat;
  const free = openChoices(chat.thread.value)?.id === message.id;
  const options = [...body.options, { intent: null, title: words.say("none") }];
  const question = words.say(body.options.length === 1 ? "which_one" : "which");
  return (
    <>
      <Words who={who}>{question}</Words>
      <div class="choices" role="group" aria-label={question}>
        {!free &&
          body.options.map(({ intent, title }) => (
            <span key={intent} class="choice past" dir="auto">
              {title}
            </span>
          ))}
        {free &&
          options.map(({ intent, title }) => (
            <button
              key={intent ?? ""}
              type="button"
              class={intent === null ? "choice none" : "choice"}
              dir="auto"
              onClick={() => chat.choose(message.id, intent, title)}
            >
              {title}
            </button>
          ))}
      </div>
    </>
  );
}
