/** One address: whose, what they wanted, who writes to them, and what can be done. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { customerName } from "../components/names";
import { languageName, moment, words } from "../locale/words";
import { hashOf } from "../store/route";
import { may } from "../store/permissions";
import { useStore } from "../store/store";
import type { ContactBody } from "../wire/resources";
import { useSiteName } from "../wire/session";
import css from "../components/entries.module.css";

/** The last part of the path of a change. */
export type Change = "take" | "finish" | "put-back";

/** Who has it, and since when; empty while nobody has. */
export function handledWords(contact: ContactBody, me: string | undefined): string {
  const name = contact.agent_name ?? words("contacts.somebody");
  if (contact.state === "done") return words("contacts.doneBy", { name, time: moment(contact.done_at ?? contact.at) });
  if (contact.state === "open") return "";
  const time = moment(contact.taken_at ?? contact.at);
  return contact.agent === me ? words("contacts.handledByYou", { time }) : words("contacts.handledBy", { name, time });
}

function Changes({ contact, onChange }: { contact: ContactBody; onChange: (change: Change) => void }) {
  const me = useStore((state) => state.me);
  const { email } = contact;
  const own = contact.agent === me?.id || may(me, "supervise");
  if (contact.state === "open") {
    return (
      <Button size="compact-md" aria-label={words("contacts.label.take", { email })} onClick={() => onChange("take")}>
        {words("contacts.take")}
      </Button>
    );
  }
  if (!own) return null;
  const back = contact.state === "done" ? "reopen" : "putBack";
  return (
    <>
      {contact.state === "handled" && (
        <Button
          size="compact-md"
          aria-label={words("contacts.label.finish", { email })}
          onClick={() => onChange("finish")}
        >
          {words("contacts.finish")}
        </Button>
      )}
      <Button
        size="compact-md"
        variant="default"
        aria-label={words(`contacts.label.${back}`, { email })}
        onClick={() => onChange("put-back")}
      >
        {words(`contacts.${back}`)}
      </Button>
    </>
  );
}

/** Not on pages served over plain HTTP: browsers give those no clipboard. */
function CopyAddress({ email }: { email: string }) {
  const [copied, setCopied] = useState(false);
  if (!("clipboard" in navigator)) return null;
  const copy = (): void => void navigator.clipboard.writeText(email).then(() => setCopied(true));
  return (
    <>
      <Button size="compact-md" variant="default" aria-label={words("contacts.label.copy", { email })} onClick={copy}>
        {words("contacts.copy")}
      </Button>
      <span role="status" className={css.quiet}>
        {copied && words("contacts.copied")}
      </span>
    </>
  );
}

export function ContactEntry({ contact, onChange }: { contact: ContactBody; onChange: (change: Change) => void }) {
  const me = useStore((state) => state.me?.id);
  const { email } = contact;
  const siteName = useSiteName();
  const handled = handledWords(contact, me);
  return (
    <li className={css.stacked}>
      <div className={css.who}>
        <strong dir="auto">
          <a href={hashOf({ page: "customers", customer: contact.customer })}>
            {contact.name || customerName(contact)}
          </a>
        </strong>
        <a
          href={`mailto:${encodeURIComponent(email).replace("%40", "@")}`}
          aria-label={words("contacts.label.write", { email })}
        >
          <bdi>{email}</bdi>
        </a>
      </div>
      <p className={css.words} dir="auto">
        {contact.last_text || words("contacts.words.none")}
      </p>
      <p className={css.quiet}>
        {[
          words("contacts.left", { time: moment(contact.at) }),
          siteName(contact.site),
          languageName(contact.locale),
          handled,
          contact.mail && words(`contacts.mail.${contact.mail}`, { time: moment(contact.mail_at ?? contact.at) }),
        ]
          .filter(Boolean)
          .join(" · ")}
      </p>
      <div className={css.actions}>
        <Changes contact={contact} onChange={onChange} />
        <CopyAddress email={email} />
        <a
          href={hashOf({ page: "conversations", conversation: contact.conversation })}
          aria-label={words("contacts.label.conversation", { email })}
        >
          {words("contacts.conversation")}
        </a>
      </div>
    </li>
  );
}
