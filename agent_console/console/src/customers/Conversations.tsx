/** Every conversation of a customer, the newest first: what was said last, how it ended, with whom, about what. */
import { Chip } from "../components/Chip";
import { Ratings } from "../components/Ratings";
import results from "../components/results.module.css";
import { LastWords } from "../lists/Row";
import { moment, words } from "../locale/words";
import { hashOf } from "../store/route";
import type { CustomerBody } from "../wire/resources";
import css from "./customers.module.css";

type One = CustomerBody["conversations"][number];

function Entry({ one }: { one: One }) {
  const { row } = one;
  const state = row.outcome ? words(`outcome.${row.outcome}`) : words(`status.${row.status}`);
  return (
    <li className={css.entry}>
      <a className={css.conversation} href={hashOf({ page: "conversations", conversation: row.conversation })}>
        <span className={css.top}>
          <time dateTime={row.last_at ?? undefined}>{row.last_at ? moment(row.last_at) : ""}</time>
          <Chip tone={row.status === "closed" ? "quiet" : "sea"}>{state}</Chip>
          {one.intents.map((title) => (
            <Chip key={title} tone="sand">
              {title}
            </Chip>
          ))}
          <bdi className={results.quiet}>{one.agent_name ?? words("customers.nobody")}</bdi>
        </span>
        <LastWords row={row} />
      </a>
      <Ratings ratings={one.ratings} />
    </li>
  );
}

export function Conversations({ found }: { found: CustomerBody }) {
  return (
    <section className={css.part}>
      <h2>{words("customers.conversations")}</h2>
      {found.conversations.length === 0 ? (
        <p className={results.quiet}>{words("customers.conversations.none")}</p>
      ) : (
        <ul className={results.rows} aria-label={words("customers.conversations")}>
          {found.conversations.map((one) => (
            <Entry key={one.row.conversation} one={one} />
          ))}
        </ul>
      )}
    </section>
  );
}
