/** A message of the customer's that the thread does not have yet. */

import type { JSX } from "preact";
import type { Chat } from "../chat";
import type { Pending } from "../store";

export function PendingBubble({ chat, pending }: { readonly chat: Chat; readonly pending: Pending }): JSX.Element {
  const { words } = chat;
  const live = chat.connection.value.phase === "live";
  return (
    <div class={`group mine ${pending.state}`}>
      <div class="bubbles">
        <p class="bubble" dir="auto">
          <span class="hidden">{words.say("you")}: </span>
          {pending.text}
        </p>
        {pending.state === "failed" ? (
          <Failed chat={chat} pending={pending} />
        ) : (
          <p class="meta">{pending.state === "sending" && words.say(live ? "sending" : "waiting_to_send")}</p>
        )}
      </div>
    </div>
  );
}

function Failed({ chat, pending }: { readonly chat: Chat; readonly pending: Pending }): JSX.Element {
  const { words } = chat;
  return (
    <p class="meta failure" role="alert">
      <span>
        {words.say("failed")}. {words.error(pending.refusal?.code)}
      </span>
      <button type="button" onClick={() => chat.retry(pending)}>
        {words.say("retry")}
      </button>
      <button type="button" onClick={() => chat.discard(pending)}>
        {words.say("discard")}
      </button>
    </p>
  );
}
