/** A message of the customer's that the thread does not have yet. */

import type { JSX } from "preact";
import type { Chat } from "../chat";
import type { Pending } from "../store";
import { Extra } from "./extra";

export function PendingBubble({ chat, pending }: { readonly chat: Chat; readonly pending: Pending }): JSX.Element {
  const { words } = chat;
  const live = chat.connection.value.phase === "live";
  return (
    <div class={`group mine ${pending.state}`}>
      <div class="bubbles">
        <p class="bubble" dir="auto">
          <span class="hidden">
            <bdi>{words.say("you")}</bdi>:{" "}
          </span>
          {pending.text}
        </p>
        {pending.state === "failed" ? (
          <Extra chat={chat} part={({ Failed }) => <Failed chat={chat} pending={pending} />} />
        ) : (
          <p class="meta">{pending.state === "sending" && words.say(live ? "sending" : "waiting_to_send")}</p>
        )}
      </div>
    </div>
  );
}
