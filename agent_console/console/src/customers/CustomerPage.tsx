/** One customer: who it is, what staff noted, every conversation of theirs that one may see. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { customerName } from "../components/names";
import { Page } from "../components/Page";
import { Reading } from "../components/Reading";
import results from "../components/results.module.css";
import { EraseCustomer } from "../handoff_reasons/EraseCustomer";
import { languageName, moment, words } from "../locale/words";
import { may } from "../store/permissions";
import { hashOf } from "../store/route";
import { useStore } from "../store/store";
import type { CustomerBody } from "../wire/resources";
import { useSiteName } from "../wire/session";
import { useResource } from "../wire/useResource";
import { Facts, shown } from "../handoff_reasons/CustomerFacts";
import { Conversations } from "./Conversations";
import css from "./customers.module.css";
import { MergeDialog } from "./MergeDialog";
import { NameDialog } from "./NameDialog";
import { Notes } from "./Notes";

const pathOf = (customer: string): string => `customers/${encodeURIComponent(customer)}`;

function said(text: string, by: CustomerBody["name_by"]): string {
  return by ? `${text} (${words(`customers.by.${by}`)})` : "";
}

/** What the site signed is told beside what staff say, where the two differ. */
function signed(text: string, by: CustomerBody["name_by"]): string {
  return by === "staff" && text ? said(text, "site") : "";
}

function Who({ found }: { found: CustomerBody }) {
  const siteName = useSiteName();
  const facts: [string, string][] = [
    [words("customer.name"), said(found.name, found.name_by)],
    [words("customer.name"), signed(found.signed_name, found.name_by)],
    [words("customer.email"), said(found.email, found.email_by)],
    [words("customer.email"), signed(found.signed_email, found.email_by)],
    [words("customer.knownAs"), found.known_as ?? ""],
    [words("customers.language"), languageName(found.language ?? found.locale)],
    [words("customers.site"), siteName(found.site)],
    [words("customers.first"), found.first_seen ? moment(found.first_seen) : ""],
    [words("customers.last"), found.last_seen ? moment(found.last_seen) : ""],
    [words("customers.id"), found.customer],
  ];
  const left = found.contacts.map((one): [string, string] => [
    moment(one.at),
    [one.name, one.email].filter(Boolean).join(", "),
  ]);
  return (
    <>
      <Facts title={words("customers.who")} facts={facts} />
      <Facts title={words("customer.signed")} facts={shown(found.attributes)} />
      <Facts title={words("customer.page")} facts={shown(found.page_attributes)} />
      <Facts title={words("customers.left")} facts={left} />
    </>
  );
}

/** What can be done with a customer who was not erased. */
function Actions({ found, onChanged }: { found: CustomerBody; onChanged: (found: CustomerBody) => void }) {
  const me = useStore((state) => state.me);
  const [naming, setNaming] = useState(false);
  const [merging, setMerging] = useState(false);
  return (
    <div className={css.actions}>
      {may(me, "edit_customers") && (
        <Button size="compact-sm" variant="default" onClick={() => setNaming(true)}>
          {words("customers.rename")}
        </Button>
      )}
      {may(me, "merge_customers") && (
        <Button size="compact-sm" variant="default" onClick={() => setMerging(true)}>
          {words("customers.merge")}
        </Button>
      )}
      {merging && <MergeDialog found={found} onClose={() => setMerging(false)} />}
      {naming && <NameDialog found={found} onChanged={onChanged} onClose={() => setNaming(false)} />}
      {may(me, "erase_customers") && <EraseCustomer customer={found.customer} />}
    </div>
  );
}

function Customer({ found, onChanged }: { found: CustomerBody; onChanged: (found: CustomerBody) => void }) {
  return (
    <>
      <section className={css.box}>
        {found.erased ? <p>{words("customers.erased")}</p> : <Actions found={found} onChanged={onChanged} />}
        <Who found={found} />
      </section>
      {!found.erased && <Notes found={found} onChanged={onChanged} />}
      <Conversations found={found} />
    </>
  );
}

export function CustomerPage({ customer }: { customer: string }) {
  const resource = useResource<CustomerBody>(pathOf(customer));
  const [changed, setChanged] = useState<CustomerBody | null>(null);
  const found = changed ?? resource.value;
  const title = customerName({ customer, customer_name: found?.name || null });
  return (
    <Page
      title={title}
      head={
        <a className={results.quiet} href={hashOf({ page: "customers", customer: null })}>
          {words("customers.all")}
        </a>
      }
    >
      <Reading resource={{ ...resource, value: found }}>
        {(value) => <Customer found={value} onChanged={setChanged} />}
      </Reading>
    </Page>
  );
}
