/** What was counted of conversations, for supervisors: by day, queue, agent, team, intent, reason or site. */
import "../locale/pages";
import { Button } from "@mantine/core";
import { useState } from "react";
import { Figure } from "../components/Figure";
import { Page } from "../components/Page";
import { Reading } from "../components/Reading";
import { counted, words } from "../locale/words";
import { apiUrl } from "../wire/rest";
import type { ReportBody } from "../wire/resources";
import { useResource } from "../wire/useResource";
import { Charts } from "./Charts";
import { Comments } from "./Comments";
import { Filters } from "./Filters";
import { firstOf, GROUPS, pathOf, todayIn, zoneHere, type Group, type Wanted } from "./range";
import css from "./reports.module.css";
import { Rows } from "./Rows";
import { TeamWorkloads } from "./TeamWorkloads";
import { Totals } from "./Totals";

function byDefault(): Wanted {
  const zone = zoneHere();
  const until = todayIn(zone, new Date());
  return { by: "day", since: firstOf(30, until), until, zone, site: "", queue: "", agent: "", intent: "", team: "" };
}

function Groups({ by, onBy }: { by: Group; onBy: (by: Group) => void }) {
  return (
    <div className={css.groups} role="group" aria-label={words("reports.by")}>
      {GROUPS.map((one) => (
        <Button
          key={one}
          size="compact-sm"
          variant={one === by ? "filled" : "default"}
          aria-pressed={one === by}
          onClick={() => onBy(one)}
        >
          {words(`reports.by.${one}`)}
        </Button>
      ))}
    </div>
  );
}

function Report({ report, wanted }: { report: ReportBody; wanted: Wanted }) {
  return (
    <>
      {report.uncounted > 0 && (
        <p className={css.quiet} role="status">
          <Figure term="not-counted-yet" linked>
            {counted("reports.uncounted", report.uncounted)}
          </Figure>
        </p>
      )}
      <Totals figures={report.total} />
      <Comments wanted={wanted} />
      {report.rows.length > 0 && (
        <>
          <Charts report={report} />
          <Rows report={report} />
        </>
      )}
    </>
  );
}

export function ReportsPage() {
  const [wanted, setWanted] = useState(byDefault);
  const change = (to: Partial<Wanted>): void => setWanted((old) => ({ ...old, ...to }));
  const reversed = wanted.until < wanted.since;
  const resource = useResource<ReportBody>(reversed ? null : pathOf(wanted));
  const head = (
    <span className={css.head}>
      <Button size="compact-sm" variant="default" onClick={resource.reload}>
        {words("security.reload")}
      </Button>
      <Button size="compact-sm" variant="default" component="a" href={apiUrl(pathOf(wanted, "reports/csv"))} download>
        {words("reports.download")}
      </Button>
    </span>
  );
  return (
    <Page title={words("nav.reports")} head={head} width="wide">
      <p className={css.quiet}>{words("reports.lead", { zone: wanted.zone })}</p>
      <Filters wanted={wanted} onChange={change} />
      <Groups by={wanted.by} onBy={(by) => change({ by })} />
      {!reversed && <Reading resource={resource}>{(report) => <Report report={report} wanted={wanted} />}</Reading>}
      {wanted.by === "team" && <TeamWorkloads />}
    </Page>
  );
}
