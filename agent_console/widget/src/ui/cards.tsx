/** The card below the thread of somebody who waits for a person. Part of `extras.tsx`. */

import { isAsking } from "@escalation/protocol";
import type { JSX } from "preact";
import type { Chat } from "../chat";
import type { Words } from "../phrases";
import type { QueuePlace } from "../store";

export function WaitingCard({ chat }: { readonly chat: Chat }): JSX.Element {
  const { words } = chat;
  return (
    <div class="card waiting">
      <span class="pulse" aria-hidden="true" />
      <div>
        <strong>{words.say("waiting_card")}</strong>
        <Place chat={chat} />
        <p>{words.say("waiting_card_more")}</p>
        <CancelWait chat={chat} />
      </div>
    </div>
  );
}

/** Where in the queue, and about how long: as far as the service can tell, and nothing where it cannot. */
function Place({ chat }: { readonly chat: Chat }): JSX.Element | null {
  const place = chat.thread.value.place;
  if (place === null) return null;
  return (
    <p class="place" role="status">
      {placeInWords(place, chat.words).join(" · ")}
    </p>
  );
}

export function placeInWords({ position, low, high }: QueuePlace, words: Words): string[] {
  const where = position === 1 ? words.say("place_next") : words.say("place", { position });
  if (low === null || high === null) return [where, words.say("wait_unknown")];
  const minutes = { low, high, count: high };
  return [where, words.say(low === 0 ? "wait_under" : "wait", minutes)];
}

export function CancelWait({ chat }: { readonly chat: Chat }): JSX.Element {
  const asked = isAsking(chat.thread.value, "cancel_handoff");
  return (
    <button type="button" class="plain" disabled={asked} onClick={() => chat.ask({ type: "cancel_handoff" })}>
      {chat.words.say("cancel_wait")}
    </button>
  );
}
