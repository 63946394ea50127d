/** Cards that few conversations come to: leaving an address. Part of `extras.tsx`. */

import { isAsking } from "@escalation/protocol";
import type { JSX } from "preact";
import type { Chat } from "../chat";
import { CancelWait, WaitingCard } from "./cards";

export function ContactCard({ chat }: { readonly chat: Chat }): JSX.Element {
  const { words } = chat;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement);
    const [email, name] = ["email", "name"].map((field) => (given.get(field) as string).trim()) as [string, string];
    chat.ask({ type: "leave_contact", email, name });
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
