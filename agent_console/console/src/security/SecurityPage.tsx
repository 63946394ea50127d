/** The security log, for admins: who did what that matters to safety, newest first. */
import "../locale/pages";
import { Button } from "@mantine/core";
import { useState } from "react";
import { Meaning } from "../components/Figure";
import { Page } from "../components/Page";
import { Reading } from "../components/Reading";
import { words } from "../locale/words";
import { withQuery } from "../wire/rest";
import type { SecurityPageBody } from "../wire/resources";
import { useResource } from "../wire/useResource";
import { SecurityFilters, type Wanted } from "./SecurityFilters";
import { SecurityRow } from "./SecurityRow";
import results from "../components/results.module.css";

const PAGE = 50;

interface PagesProps {
  before: number | null;
  next: number | null;
  onBefore: (to: number | null) => void;
}

function Pages({ before, next, onBefore }: PagesProps) {
  if (before === null && next === null) return null;
  return (
    <div className={results.pages}>
      <Button size="compact-sm" variant="default" disabled={before === null} onClick={() => onBefore(null)}>
        {words("security.newest")}
      </Button>
      <Button size="compact-sm" variant="default" disabled={next === null} onClick={() => onBefore(next)}>
        {words("security.older")}
      </Button>
    </div>
  );
}

function Rows({ page }: { page: SecurityPageBody }) {
  if (page.rows.length === 0) return <p className={results.quiet}>{words("security.none")}</p>;
  return (
    <ul className={results.rows} aria-label={words("security.rows")}>
      {page.rows.map((row) => (
        <SecurityRow key={row.seq} row={row} />
      ))}
    </ul>
  );
}

export function SecurityPage() {
  const [wanted, setWanted] = useState<Wanted>({ kind: null, person: null });
  const [before, setBefore] = useState<number | null>(null);
  const resource = useResource<SecurityPageBody>(withQuery("security-log", { ...wanted, before, limit: PAGE }));
  const change = (to: Wanted): void => {
    setBefore(null);
    setWanted(to);
  };
  const reload = (
    <Button size="compact-sm" variant="default" onClick={resource.reload}>
      {words("security.reload")}
    </Button>
  );
  return (
    <Page title={words("nav.security")} head={reload} width="middle">
      <p className={results.quiet}>
        {words("security.lead")} <Meaning term="facts-of-the-security-log">{words("security.meaning")}</Meaning>
      </p>
      <SecurityFilters wanted={wanted} onChange={change} />
      <Reading resource={resource}>
        {(page) => (
          <>
            <Rows page={page} />
            <Pages before={before} next={page.next} onBefore={setBefore} />
          </>
        )}
      </Reading>
    </Page>
  );
}
