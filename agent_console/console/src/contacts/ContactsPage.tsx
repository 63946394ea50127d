/** Addresses customers left: open, being handled, done. */
import "../locale/pages";
import { Button } from "@mantine/core";
import { useState } from "react";
import { Figure, Meaning } from "../components/Figure";
import { Page, PageTabs } from "../components/Page";
import { Problem } from "../components/Problem";
import { Reading } from "../components/Reading";
import { useAction } from "../components/useAction";
import { words } from "../locale/words";
import { CONTACT_STATES, hashOf, type ContactState } from "../store/route";
import { rest, withQuery } from "../wire/rest";
import type { ContactBody, ContactCountsBody, ContactsBody } from "../wire/resources";
import { useResource } from "../wire/useResource";
import { ContactEntry, type Change } from "./ContactEntry";
import css from "../components/entries.module.css";
import { useContactCounts, useContactsChanged } from "./counts";

const PAGE = 30;

function Tabs({ state, counts }: { state: ContactState; counts: ContactCountsBody | null }) {
  const shown: Partial<Record<ContactState, number>> = counts ?? {};
  const tabs = CONTACT_STATES.map((one) => ({
    href: hashOf({ page: "contacts", state: one }),
    current: one === state,
    name: words(`contacts.${one}`),
    count: shown[one] !== undefined && <Figure term="contact">{shown[one]}</Figure>,
  }));
  return <PageTabs label={words("contacts.tabs")} tabs={tabs} />;
}

function Entries({
  state,
  contacts,
  onChange,
}: {
  state: ContactState;
  contacts: readonly ContactBody[];
  onChange: (contact: ContactBody, change: Change) => void;
}) {
  if (contacts.length === 0) return <p className={css.quiet}>{words(`contacts.empty.${state}`)}</p>;
  return (
    <>
      {contacts.length > 1 && <p className={css.quiet}>{words(`contacts.order.${state}`)}</p>}
      <ul className={css.entries} aria-label={words("contacts.list", { state: words(`contacts.${state}`) })}>
        {contacts.map((one) => (
          <ContactEntry key={one.conversation} contact={one} onChange={(change) => onChange(one, change)} />
        ))}
      </ul>
    </>
  );
}

function Pages({
  after,
  next,
  onAfter,
}: {
  after: string | null;
  next: string | null;
  onAfter: (to: string | null) => void;
}) {
  if (after === null && next === null) return null;
  return (
    <div className={css.actions}>
      <Button size="compact-sm" variant="default" disabled={after === null} onClick={() => onAfter(null)}>
        {words("contacts.first")}
      </Button>
      <Button size="compact-sm" variant="default" disabled={next === null} onClick={() => onAfter(next)}>
        {words("contacts.older")}
      </Button>
    </div>
  );
}

function Listed({ state }: { state: ContactState }) {
  const [after, setAfter] = useState<string | null>(null);
  const path = withQuery("contacts", { state, after, limit: PAGE });
  const resource = useResource<ContactsBody>(path, useContactsChanged());
  const action = useAction(resource.reload);
  const change = (contact: ContactBody, what: Change): void => {
    void action.run(() => rest("POST", `contacts/${encodeURIComponent(contact.conversation)}/${what}`));
  };
  return (
    <>
      {action.problem && (
        <Problem title={words("refusal.title")} onDismiss={action.dismiss}>
          {action.problem}
        </Problem>
      )}
      <Reading resource={resource}>
        {(body) => (
          <>
            <Entries state={state} contacts={body.contacts} onChange={change} />
            <Pages after={after} next={body.next} onAfter={setAfter} />
          </>
        )}
      </Reading>
    </>
  );
}

export function ContactsPage({ state }: { state: ContactState }) {
  return (
    <Page title={words("contacts.title")} head={<Tabs state={state} counts={useContactCounts()} />}>
      <p className={css.quiet}>
        {words("contacts.lead")} <Meaning term="contact">{words("contacts.meaning")}</Meaning>
      </p>
      <Listed key={state} state={state} />
    </Page>
  );
}
