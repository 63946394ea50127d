/** All positions of the risk dial as a table. */
import "@mantine/core/styles/Table.layer.css";
import { Table } from "@mantine/core";
import { useState } from "react";
import { Figure, Meaning } from "../components/Figure";
import { asShare, words } from "../locale/words";
import type { DialPosition } from "../wire/resources";
import css from "./certificate.module.css";
import { factsOf } from "./dial";

interface Props {
  positions: readonly DialPosition[];
  accepted: number;
}

function Positions({ positions, accepted }: Props) {
  return (
    <section className={css.tableBox} aria-label={words("dial.table.label")} tabIndex={0}>
      <Table verticalSpacing={4} horizontalSpacing="sm" className={css.table}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>
              <Meaning term="alpha-accepted-error">{words("certificate.alpha")}</Meaning>
            </Table.Th>
            {factsOf(positions[0]!).map(({ name, term }) => (
              <Table.Th key={name}>
                <Meaning term={term}>{words(name)}</Meaning>
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {positions.map((one) => (
            <Table.Tr key={one.alpha} aria-current={one.alpha === accepted ? "true" : undefined}>
              <Table.Th scope="row">
                <Figure term="alpha-accepted-error">{asShare(one.alpha)}</Figure>
                {one.alpha === accepted && ` ${words("dial.now")}`}
              </Table.Th>
              {factsOf(one).map(({ name, term, value }) => (
                <Table.Td key={name}>
                  <Figure term={term}>{value}</Figure>
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

export function DialTable(props: Props) {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words("dial.table")}</summary>
      {open && <Positions {...props} />}
    </details>
  );
}
