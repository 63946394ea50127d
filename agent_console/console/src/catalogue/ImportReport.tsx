/** What an import would change, or has changed. */
import { counted, words } from "../locale/words";
import type { DifferenceBody, ImportBody } from "../wire/resources";
import css from "./changes.module.css";
import { Difference } from "./Difference";

const SHOWN = 100;

function Counts({ report }: { report: ImportBody }) {
  const counts = {
    added: report.added.length,
    changed: report.changed.length,
    archived: report.archived.length,
    examplesAdded: report.examples_added,
    examplesRemoved: report.examples_removed,
  };
  return (
    <dl className={css.counts}>
      {Object.entries(counts).map(([name, count]) => (
        <div key={name}>
          <dt>{words(`catalogue.report.${name as keyof typeof counts}`)}</dt>
          <dd>{count}</dd>
        </div>
      ))}
    </dl>
  );
}

function Lines({ title, lines, open = false }: { title: string; lines: readonly string[]; open?: boolean }) {
  if (lines.length === 0) return null;
  return (
    <details className={css.lines} open={open}>
      <summary>{title}</summary>
      <ul>
        {lines.slice(0, SHOWN).map((line) => (
          <li key={line} dir="auto">
            {line}
          </li>
        ))}
      </ul>
      {lines.length > SHOWN && <p>{words("catalogue.more", { count: lines.length - SHOWN })}</p>}
    </details>
  );
}

function Intents({ title, differences }: { title: string; differences: readonly DifferenceBody[] }) {
  if (differences.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      {differences.slice(0, SHOWN).map((one) => (
        <details key={one.intent} className={css.lines}>
          <summary dir="auto">{one.title}</summary>
          <Difference difference={one} />
        </details>
      ))}
      {differences.length > SHOWN && <p>{words("catalogue.more", { count: differences.length - SHOWN })}</p>}
    </section>
  );
}

export function ImportReport({ report, file, done }: { report: ImportBody; file: string; done: boolean }) {
  const of = (names: readonly string[]): DifferenceBody[] =>
    report.differences.filter((one) => names.includes(one.intent));
  const same = report.differences.length === 0;
  const titles = new Map(report.differences.map((one) => [one.intent, one.title]));
  const { warnings } = report;
  return (
    <section className={css.report} aria-label={words("catalogue.report")}>
      <p role="status">
        <strong>
          {words(done ? "catalogue.report.done" : same ? "catalogue.report.same" : "catalogue.report.would", { file })}
        </strong>
      </p>
      <Counts report={report} />
      <Lines title={counted("catalogue.report.warnings", warnings.length)} lines={warnings} open />
      <Lines
        title={counted("catalogue.report.unanswered", report.unanswered.length)}
        lines={report.unanswered.map((name) => titles.get(name) ?? name)}
      />
      <Lines title={counted("catalogue.report.conflicting", report.conflicting.length)} lines={report.conflicting} />
      {report.out_of_scope > 0 && (
        <p className={css.quiet}>{counted("catalogue.report.outOfScope", report.out_of_scope)}</p>
      )}
      <Intents title={words("catalogue.report.added")} differences={of(report.added)} />
      <Intents title={words("catalogue.report.changed")} differences={of(report.changed)} />
      <Intents title={words("catalogue.report.archived")} differences={of(report.archived)} />
    </section>
  );
}
