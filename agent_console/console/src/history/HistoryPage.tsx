/** Every conversation there was, found again by words and facts, newest first. */
import "../locale/pages";
import { Button } from "@mantine/core";
import { Figure } from "../components/Figure";
import { Page } from "../components/Page";
import { Reading } from "../components/Reading";
import { counted, words } from "../locale/words";
import { go, hashOf } from "../store/route";
import type { FoundPageBody } from "../wire/resources";
import { useResource } from "../wire/useResource";
import { filterText, isReversed, manyMissing, MOST_MISSING, parseFilter, pathOf, type Filter } from "./filter";
import { Filters } from "./Filters";
import results from "../components/results.module.css";
import css from "./history.module.css";
import { Result } from "./Result";

const show = (filter: Filter): void => go({ page: "history", search: filterText(filter) });

function Missing({ page }: { page: FoundPageBody }) {
  if (page.missing === 0) return null;
  const text = manyMissing(page)
    ? words("history.missing.many", { count: MOST_MISSING })
    : counted("history.missing", page.missing);
  return (
    <p className={css.missing}>
      <Figure term="not-in-the-index-yet" linked>
        {text}
      </Figure>
    </p>
  );
}

/** The way to other pages, where there are any, and how much this one shows, in which order. */
function Pages({ page, filter }: { page: FoundPageBody; filter: Filter }) {
  const shown = page.conversations.length;
  return (
    <div className={results.pages}>
      {(filter.before || page.next !== null) && (
        <>
          <Button
            size="compact-sm"
            variant="default"
            disabled={!filter.before}
            onClick={() => show({ ...filter, before: "" })}
          >
            {words("history.newest")}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            disabled={page.next === null}
            onClick={() => show({ ...filter, before: page.next ?? "" })}
          >
            {words("history.older")}
          </Button>
        </>
      )}
      <span className={results.quiet} role="status">
        {shown > 0 && (
          <Figure term="on-this-page" linked>
            {counted("history.shown", shown)}
          </Figure>
        )}
      </span>
      {shown > 1 && <span className={results.quiet}>{words("history.order")}</span>}
    </div>
  );
}

function Results({ page, filter }: { page: FoundPageBody; filter: Filter }) {
  return (
    <>
      <Missing page={page} />
      {page.conversations.length === 0 ? (
        <p className={results.quiet}>{words("history.none")}</p>
      ) : (
        <ul className={results.rows} aria-label={words("history.results")}>
          {page.conversations.map((one) => (
            <Result key={one.row.conversation} result={one} />
          ))}
        </ul>
      )}
      <Pages page={page} filter={filter} />
    </>
  );
}

export function HistoryPage({ search }: { search: string }) {
  const filter = parseFilter(search);
  const wrong = isReversed(filter);
  const resource = useResource<FoundPageBody>(wrong ? null : pathOf(filter));
  const again = (next: Filter): void => {
    if (filterText(next) === filterText(filter)) resource.reload();
    else show(next);
  };
  return (
    <Page
      title={words("history.title")}
      width="middle"
      head={
        <a className={results.quiet} href={hashOf({ page: "customers", customer: null })}>
          {words("nav.customers")}
        </a>
      }
    >
      <Filters key={search} filter={filter} onFilter={again} />
      {!wrong && <Reading resource={resource}>{(page) => <Results page={page} filter={filter} />}</Reading>}
    </Page>
  );
}
