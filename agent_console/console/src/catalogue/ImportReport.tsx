/** What an import would change, or has changed. */
import { Figure, Meaning } from "../components/Figure";
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
          <dd>
            <Figure term="changes-of-an-import">{count}</Figure>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function More({ all }: { all: readonly unknown[] }) {
  if (all.length <= SHOWN) return null;
  return (
    <p>
      <Figure term="changes-of-an-import">{words("catalogue.more", { count: all.length - SHOWN })}</Figure>
    </p>
  );
}

function Lines({ title, lines, open = false }: { title: string; lines: readonly string[]; open?: boolean }) {
  if (lines.length === 0) return null;
  return (
    <details className={css.lines} open={open}>
      <summary>
        <Figure term="changes-of-an-import">{title}</Figure>
      </summary>
      <ul>
        {lines.slice(0, SHOWN).map((line) => (
          <li key={line} dir="auto">
            {line}
          </li>
        ))}
      </ul>
      <More all={lines} />
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
      <More all={differences} />
    </section>
  );
}

/** Said before it happens: what a few examples of a new intent do to all the others. */
function FewExamples({ intents }: { intents: ImportBody["few_examples"] }) {
  if (intents.length === 0) return null;
  return (
    <div className={css.note}>
      <strong>{words("catalogue.report.few")}</strong>
      <ul>
        {intents.slice(0, SHOWN).map((one) => (
          <li key={one.intent}>
            <span dir="auto">{one.title}</span>:{" "}
            <Figure term="examples-of-an-intent">{counted("catalogue.examples", one.examples)}</Figure>
          </li>
        ))}
      </ul>
      <More all={intents} />
      <p>
        {words("catalogue.few.what")}{" "}
        <Meaning term="examples-of-an-intent">{words("catalogue.meaning.examples")}</Meaning>
      </p>
    </div>
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
      <p className={css.quiet}>
        <Meaning term="changes-of-an-import">{words("catalogue.report.meaning")}</Meaning>
      </p>
      <FewExamples intents={report.few_examples} />
      <Lines title={counted("catalogue.report.warnings", warnings.length)} lines={warnings} open />
      <Lines
        title={counted("catalogue.report.unanswered", report.unanswered.length)}
        lines={report.unanswered.map((name) => titles.get(name) ?? name)}
      />
      <Lines title={counted("catalogue.report.conflicting", report.conflicting.length)} lines={report.conflicting} />
      {report.out_of_scope > 0 && (
        <p className={css.quiet}>
          <Figure term="changes-of-an-import">{counted("catalogue.report.outOfScope", report.out_of_scope)}</Figure>
        </p>
      )}
      <Intents title={words("catalogue.report.added")} differences={of(report.added)} />
      <Intents title={words("catalogue.report.changed")} differences={of(report.changed)} />
      <Intents title={words("catalogue.report.archived")} differences={of(report.archived)} />
    </section>
  );
}
