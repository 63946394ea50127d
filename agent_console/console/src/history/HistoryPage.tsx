/** Every conversation there was, found again by words and facts, newest first. */
import "../locale/pages";
import { Button } from "@mantine/core";
import { Figure } from "../components/Figure";
import { Page } from "../components/Page";
import { Reading } from "../components/Reading";
import { counted, words } from "../locale/words";
import { go } from "../store/route";
import type { FoundPageBody } from "../wire/resources";
import { useResource } from "../wire/useResource";
import { filterText, manyMissing, MOST_MISSING, parseFilter, pathOf, type Filter } from "./filter";
import { Filters } from "./Filters";
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

function Results({ page, filter }: { page: FoundPageBody; filter: Filter }) {
  return (
    <>
      <Missing page={page} />
      {page.conversations.length === 0 ? (
        <p className={css.quiet}>{words("history.none")}</p>
      ) : (
        <ul className={css.results} aria-label={words("history.results")}>
          {page.conversations.map((one) => (
            <Result key={one.row.conversation} result={one} />
          ))}
        </ul>
      )}
      <div className={css.pages}>
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
        <span className={css.quiet} role="status">
          <Figure term="on-this-page" linked>
            {counted("history.shown", page.conversations.length)}
          </Figure>
        </span>
      </div>
    </>
  );
}

export function HistoryPage({ search }: { search: string }) {
  const filter = parseFilter(search);
  const resource = useResource<FoundPageBody>(pathOf(filter));
  const again = (next: Filter): void => {
    if (filterText(next) === filterText(filter)) resource.reload();
    else show(next);
  };
  return (
    <Page title={words("history.title")} width="middle">
      <Filters key={search} filter={filter} sites={resource.value?.sites ?? []} onFilter={again} />
      <Reading resource={resource}>{(page) => <Results page={page} filter={filter} />}</Reading>
    </Page>
  );
}
