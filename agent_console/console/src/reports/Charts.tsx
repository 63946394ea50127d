/** A few figures over the days, or as bars by group. Drawings only; the table below has every number. */
import { Button } from "@mantine/core";
import { useState } from "react";
import chart from "../components/chart.module.css";
import { Figure, Meaning } from "../components/Figure";
import { words } from "../locale/words";
import type { ReportBody, ReportRowBody } from "../wire/resources";
import { drawn, lineOf, MEASURES, roundUp, type Measure } from "./figures";
import { dayName, nameOf } from "./names";
import css from "./reports.module.css";

const MOST_BARS = 8;

function Line({ measure, rows }: { measure: Measure; rows: readonly ReportRowBody[] }) {
  const line = lineOf(
    rows.map(({ figures }) => measure.value(figures)),
    measure.parts ? 1 : Infinity,
  );
  if (!line) return <p className={css.quiet}>{words("reports.none")}</p>;
  return (
    <div className={chart.axes} aria-hidden="true">
      <span className={chart.scale}>
        <Figure term={measure.term}>{measure.write(line.top)}</Figure>
        <Figure term={measure.term}>{measure.write(0)}</Figure>
      </span>
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" focusable="false">
        {line.stretches.map((points) => (
          <polyline
            key={points[0]!.x}
            className={css.line}
            data-lone={points.length === 1}
            points={[points[0]!, ...points].map(({ x, y }) => `${x},${y}`).join(" ")}
          />
        ))}
      </svg>
      <span className={chart.days}>
        <time>{dayName(rows[0]!.key)}</time>
        <time>{dayName(rows.at(-1)!.key)}</time>
      </span>
    </div>
  );
}

function Bars({ measure, report }: { measure: Measure; report: ReportBody }) {
  const rows = report.rows.flatMap((row) => {
    const value = measure.value(row.figures);
    return value === null ? [] : [{ key: row.key, name: nameOf(report.by, row), value }];
  });
  if (rows.length === 0) return <p className={css.quiet}>{words("reports.none")}</p>;
  const top = measure.parts ? 1 : roundUp(Math.max(...rows.map(({ value }) => value)));
  return (
    <ul className={css.bars} aria-hidden="true">
      {rows.slice(0, MOST_BARS).map(({ key, name, value }) => (
        <li key={key}>
          <bdi>{name}</bdi>
          <Figure term={measure.term}>{measure.write(value)}</Figure>
          <svg viewBox="0 0 100 1" preserveAspectRatio="none" focusable="false">
            <rect className={css.bar} width={(100 * value) / top} height={1} />
          </svg>
        </li>
      ))}
    </ul>
  );
}

function Chart({ measure, report }: { measure: Measure; report: ReportBody }) {
  return (
    <figure className={css.chart}>
      <figcaption>
        <Meaning term={measure.term}>{words(measure.name)}</Meaning>
      </figcaption>
      {report.by === "day" ? <Line measure={measure} rows={report.rows} /> : <Bars measure={measure} report={report} />}
    </figure>
  );
}

/** Those that matter most, and the others once they are asked for. */
export function Charts({ report }: { report: ReportBody }) {
  const [all, setAll] = useState(false);
  const first = drawn(report.by);
  return (
    <>
      <div className={css.charts}>
        {(all ? [...first, ...MEASURES.filter((one) => !first.includes(one))] : first).map((measure) => (
          <Chart key={measure.key} measure={measure} report={report} />
        ))}
      </div>
      <Button className={css.more} size="compact-sm" variant="default" aria-expanded={all} onClick={() => setAll(!all)}>
        {words(all ? "reports.charts.fewer" : "reports.charts.all")}
      </Button>
    </>
  );
}
