/** Cards below the thread: waiting for a person, leaving a contact, rating. */

import { isAsking } from "@escalation/protocol";
import type { JSX } from "preact";
import type { Chat } from "../chat";
import { StarIcon } from "./icons";

const SCORES = [1, 2, 3, 4, 5] as const;

export function WaitingCard({ chat }: { readonly chat: Chat }): JSX.Element {
  const { words } = chat;
  return (
    <div class="card waiting">
      <span class="pulse" aria-hidden="true" />
      <div>
        <strong>{words.say("waiting_card")}</strong>
        <p>{words.say("waiting_card_more")}</p>
        <CancelWait chat={chat} />
      </div>
    </div>
  );
}

function CancelWait({ chat }: { readonly chat: Chat }): JSX.Element {
  const asked = isAsking(chat.thread.value, "cancel_handoff");
  return (
    <button type="button" class="plain" disabled={asked} onClick={() => chat.cancelHandoff()}>
      {chat.words.say("cancel_wait")}
    </button>
  );
}

export function ContactCard({ chat }: { readonly chat: Chat }): JSX.Element {
  const { words } = chat;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement);
    chat.leaveContact((given.get("email") as string).trim(), (given.get("name") as string).trim());
    chat.otherContact.value = false;
  };
  return (
    <form class="card contact" onSubmit={submit}>
      <label for="email">{words.say("email")}</label>
      <input id="email" name="email" type="email" required autocomplete="email" maxLength={254} dir="ltr" />
      <label for="contact-name">{words.say("contact_name")}</label>
      <input id="contact-name" name="name" autocomplete="name" maxLength={100} dir="auto" />
      <button type="submit" class="primary" disabled={isAsking(chat.thread.value, "leave_contact")}>
        {words.say("contact_send")}
      </button>
      {chat.thread.value.control?.status === "waiting" && <CancelWait chat={chat} />}
    </form>
  );
}

/** After an address was left: another one replaces it. */
export function ContactLeftCard({ chat }: { readonly chat: Chat }): JSX.Element {
  const { words } = chat;
  if (chat.otherContact.value) return <ContactCard chat={chat} />;
  return (
    <>
      {chat.thread.value.control?.status === "waiting" && <WaitingCard chat={chat} />}
      <button type="button" class="other-contact" onClick={() => (chat.otherContact.value = true)}>
        {words.say("contact_other")}
      </button>
    </>
  );
}

export function RatingCard({ chat }: { readonly chat: Chat }): JSX.Element {
  const { words } = chat;
  if (chat.rated.value) {
    return (
      <p class="notice" role="status">
        {words.say("rated")}
      </p>
    );
  }
  return (
    <div class="card rating" role="group" aria-label={words.say("rate")}>
      <strong>{words.say("rate")}</strong>
      <div class="stars">
        {SCORES.map((score) => (
          <button
            key={score}
            type="button"
            class="star"
            aria-label={words.say("rate_score", { score })}
            onClick={() => chat.rate(score)}
          >
            <StarIcon />
          </button>
        ))}
      </div>
    </div>
  );
}
