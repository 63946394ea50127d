/** Every figure of every group, as a table. */
import "@mantine/core/styles/Table.layer.css";
import { Table } from "@mantine/core";
import { Figure, Meaning } from "../components/Figure";
import { words } from "../locale/words";
import type { ReportBody } from "../wire/resources";
import { MEASURES } from "./figures";
import { nameOf } from "./names";
import css from "./reports.module.css";

export function Rows({ report }: { report: ReportBody }) {
  const newestFirst = report.by === "day" ? [...report.rows].reverse() : report.rows;
  return (
    <section className={css.tableBox} aria-label={words("reports.table")} tabIndex={0}>
      <Table verticalSpacing={4} horizontalSpacing="sm" className={css.table}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{words(`reports.by.${report.by}`)}</Table.Th>
            {MEASURES.map(({ key, name, term }) => (
              <Table.Th key={key}>
                <Meaning term={term}>{words(name)}</Meaning>
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {newestFirst.map((row) => (
            <Table.Tr key={row.key}>
              <Table.Th scope="row">
                <bdi>{nameOf(report.by, row)}</bdi>
              </Table.Th>
              {MEASURES.map(({ key, term, value, write }) => {
                const found = value(row.figures);
                return (
                  <Table.Td key={key}>{found === null ? "–" : <Figure term={term}>{write(found)}</Figure>}</Table.Td>
                );
              })}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
