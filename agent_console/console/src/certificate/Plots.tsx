/** The windows over the days, drawn and as a table. */
import "@mantine/core/styles/Table.layer.css";
import { Table } from "@mantine/core";
import { useState } from "react";
import chart from "../components/chart.module.css";
import { Figure, Meaning, type Term } from "../components/Figure";
import { asShare, dayOf, words, type Phrase } from "../locale/words";
import type { WindowBody } from "../wire/resources";
import css from "./certificate.module.css";
import { plotOf, tableOf, type Measure, type Plot } from "./plot";
import { asBound, asCount } from "./statement";

interface Kind {
  measure: Measure;
  name: Phrase;
  term: Term;
  write: (value: number) => string;
}

const KINDS: readonly Kind[] = [
  { measure: "bound", name: "certificate.plot.bound", term: "bound-on-wrong-answers", write: asShare },
  { measure: "answers", name: "certificate.plot.answers", term: "answers-counted", write: asCount },
  { measure: "pending", name: "certificate.plot.pending", term: "right-wrong-pending", write: asCount },
];

/** A drawing 100 by 100, stretched to its box; lines keep their width. */
function Drawing({ plot, accepted }: { plot: Plot; accepted: number | null }) {
  const level = accepted === null ? null : 100 * (1 - accepted / plot.top);
  return (
    <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      {level !== null && <line className={css.accepted} x1={0} x2={100} y1={level} y2={level} />}
      {plot.lines.map(({ window, newest, points }) => (
        <polyline
          key={window}
          className={css.line}
          data-newest={newest}
          data-lone={points.length === 1}
          points={points
            .flatMap((one, at) => (at === 0 ? [one, one] : [one]))
            .map(({ x, y }) => `${x},${y}`)
            .join(" ")}
        />
      ))}
    </svg>
  );
}

function OnePlot({ kind, windows, alpha }: { kind: Kind; windows: readonly WindowBody[]; alpha: number }) {
  const accepted = kind.measure === "bound" ? alpha : null;
  const plot = plotOf(windows, kind.measure, accepted ?? 0);
  if (!plot) return null;
  return (
    <figure className={css.plot}>
      <figcaption>
        <Meaning term={kind.term}>{words(kind.name)}</Meaning>
        {accepted !== null && (
          <span className={css.legend}>
            <Figure term="alpha-accepted-error">{words("certificate.plot.alpha", { alpha: asShare(accepted) })}</Figure>
          </span>
        )}
      </figcaption>
      <div className={chart.axes} aria-hidden="true">
        <span className={chart.scale}>
          <Figure term={kind.term}>{kind.write(plot.top)}</Figure>
          <Figure term={kind.term}>{kind.write(0)}</Figure>
        </span>
        <Drawing plot={plot} accepted={accepted} />
        <span className={chart.days}>
          {plot.from < plot.to && <time>{dayOf(plot.from)}</time>}
          <time>{dayOf(plot.to)}</time>
        </span>
      </div>
    </figure>
  );
}

function Days({ windows }: { windows: readonly WindowBody[] }) {
  const heads: readonly [Phrase, Term][] = [
    ["certificate.answers", "answers-counted"],
    ["certificate.right", "right-wrong-pending"],
    ["certificate.wrong", "right-wrong-pending"],
    ["certificate.pending", "right-wrong-pending"],
    ["certificate.bound", "bound-on-wrong-answers"],
  ];
  return (
    <section className={css.tableBox} aria-label={words("certificate.table.label")} tabIndex={0}>
      <Table verticalSpacing={4} horizontalSpacing="sm" className={css.table}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{words("certificate.table.day")}</Table.Th>
            <Table.Th>{words("certificate.table.window")}</Table.Th>
            {heads.map(([name, term]) => (
              <Table.Th key={name}>
                <Meaning term={term}>{words(name)}</Meaning>
              </Table.Th>
            ))}
            <Table.Th>{words("certificate.table.proven")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {tableOf(windows).map(({ window, point }) => (
            <Table.Tr key={`${point.day} ${window}`}>
              <Table.Th scope="row">
                <time dateTime={point.day}>{dayOf(point.day)}</time>
              </Table.Th>
              <Table.Td>
                <code>{window}</code>
              </Table.Td>
              {(["answers", "right", "wrong", "pending"] as const).map((one, i) => (
                <Table.Td key={one}>
                  <Figure term={heads[i]![1]}>{asCount(point[one])}</Figure>
                </Table.Td>
              ))}
              <Table.Td>
                <Figure term="bound-on-wrong-answers">{asBound(point.bound)}</Figure>
              </Table.Td>
              <Table.Td>{words(point.proven ? "certificate.table.yes" : "certificate.table.no")}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

export function Plots({ windows, alpha }: { windows: readonly WindowBody[]; alpha: number }) {
  const [open, setOpen] = useState(false);
  if (windows.every(({ points }) => points.length === 0))
    return <p className={css.quiet}>{words("certificate.history.undrawn")}</p>;
  return (
    <>
      <div className={css.plots}>
        {KINDS.map((kind) => (
          <OnePlot key={kind.measure} kind={kind} windows={windows} alpha={alpha} />
        ))}
      </div>
      {windows.length > 1 && <p className={css.quiet}>{words("certificate.plot.newest")}</p>}
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{words("certificate.table")}</summary>
        {open && <Days windows={windows} />}
      </details>
    </>
  );
}
