/** Customers: finding them, and the page of one. */
import "../locale/pages";
import { customerName } from "../components/names";
import { Page } from "../components/Page";
import results from "../components/results.module.css";
import { moment, words } from "../locale/words";
import { hashOf } from "../store/route";
import type { FoundCustomersBody } from "../wire/resources";
import { useSiteName } from "../wire/session";
import { CustomerPage } from "./CustomerPage";
import { CustomerSearch } from "./CustomerSearch";
import css from "./customers.module.css";

type Found = FoundCustomersBody["customers"][number];

function FoundCustomer({ found }: { found: Found }) {
  const siteName = useSiteName();
  return (
    <li>
      <a className={css.found} href={hashOf({ page: "customers", customer: found.customer })}>
        <strong dir="auto">{customerName({ customer: found.customer, customer_name: found.name || null })}</strong>
        <span className={results.quiet}>
          {siteName(found.site)} · {words("customers.seen", { time: moment(found.last_seen) })}
        </span>
      </a>
    </li>
  );
}

function Search() {
  return (
    <Page title={words("nav.customers")}>
      <p className={results.quiet}>{words("customers.lead")}</p>
      <CustomerSearch>
        {(customers) =>
          customers.length === 0 ? (
            <p className={results.quiet} role="status">
              {words("customers.none")}
            </p>
          ) : (
            <ul className={results.rows} aria-label={words("customers.found")}>
              {customers.map((found) => (
                <FoundCustomer key={found.customer} found={found} />
              ))}
            </ul>
          )
        }
      </CustomerSearch>
    </Page>
  );
}

export function CustomersPage({ customer }: { customer: string | null }) {
  return customer ? <CustomerPage key={customer} customer={customer} /> : <Search />;
}
