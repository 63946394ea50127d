/** One conversation that was found: whose, when, how it stands, and where the words are. */
import { customerName } from "../components/names";
import { Chip } from "../components/Chip";
import { Ratings } from "../components/Ratings";
import { moment, words } from "../locale/words";
import { hashOf } from "../store/route";
import type { FoundBody } from "../wire/resources";
import { useSiteName } from "../wire/session";
import results from "../components/results.module.css";
import css from "./history.module.css";

/** The words found, marked; without any, the last ones said. */
function Text({ result }: { result: FoundBody }) {
  const { found, row } = result;
  if (found === null) return <>{row.last_text || words("row.noText")}</>;
  return <>{found.parts.map((part, at) => (part.hit ? <mark key={at}>{part.text}</mark> : part.text))}</>;
}

export function Result({ result }: { result: FoundBody }) {
  const { row, found } = result;
  const siteName = useSiteName();
  const author = found ? (found.internal ? "note" : found.author) : row.last_author;
  const state = row.outcome ? words(`outcome.${row.outcome}`) : words(`status.${row.status}`);
  return (
    <li>
      <a className={css.result} href={hashOf({ page: "conversations", conversation: row.conversation })}>
        <span className={css.resultHead}>
          <strong dir="auto">{customerName(row)}</strong>
          <Chip tone={row.status === "closed" ? "quiet" : "sea"}>{state}</Chip>
          <span className={results.quiet}>
            {[words("history.began", { time: moment(result.began_at) }), siteName(row.site), row.agent_name]
              .filter(Boolean)
              .join(" · ")}
          </span>
        </span>
        <span className={css.text}>
          {author && <span className={results.quiet}>{words(`history.by.${author}`)} </span>}
          <bdi>
            <Text result={result} />
          </bdi>
        </span>
      </a>
      {result.ratings.length > 0 && (
        <p className={css.ratings}>
          <Ratings ratings={result.ratings} />
        </p>
      )}
      <a
        className={css.customer}
        href={hashOf({ page: "customers", customer: row.customer })}
        aria-label={words("customer.open.label", { customer: customerName(row) })}
      >
        {words("customer.open")}
      </a>
    </li>
  );
}
