/** What the site, or only its page, said of the customer. */
import "../locale/pages";
import { words } from "../locale/words";
import { hashOf } from "../store/route";
import type { CustomerFactsBody } from "../wire/resources";
import { useResource } from "../wire/useResource";
import css from "./handoff_reasons.module.css";

type Values = CustomerFactsBody["attributes"];

export function Facts({ title, facts }: { title: string; facts: readonly (readonly [string, string])[] }) {
  const told = facts.filter(([, value]) => value !== "");
  if (told.length === 0) return null;
  return (
    <>
      <p className={css.quiet}>{title}</p>
      <dl className={css.facts}>
        {told.map(([name, value]) => (
          <div key={name}>
            <dt dir="auto">{name}</dt>
            <dd dir="auto">{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

export const shown = (values: Values): [string, string][] =>
  Object.entries(values).map(([name, value]) => [name, String(value)]);

export function CustomerFacts({ conversation }: { conversation: string }) {
  const { value } = useResource<CustomerFactsBody>(`conversations/${encodeURIComponent(conversation)}/customer`);
  if (!value) return null;
  const signed: [string, string][] = [
    [words("customer.name"), value.name],
    [words("customer.email"), value.email],
    [words("customer.knownAs"), value.known_as ?? ""],
    ...shown(value.attributes),
  ];
  return (
    <>
      <Facts title={words("customer.signed")} facts={signed} />
      <Facts title={words("customer.page")} facts={shown(value.page_attributes)} />
      <p className={css.toPage}>
        <a href={hashOf({ page: "customers", customer: value.customer })}>{words("customer.open")}</a>
      </p>
    </>
  );
}
