/** Why a message was not sent, and what can be done. Part of `extras.tsx`. */

import type { JSX } from "preact";
import type { Chat } from "../chat";
import type { Pending } from "../store";

export function Failed({ chat, pending }: { readonly chat: Chat; readonly pending: Pending }): JSX.Element {
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
