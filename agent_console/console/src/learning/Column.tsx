/** The head of a column, with its definition for who points at it or reaches it by keyboard. */
import "@mantine/core/styles/Table.layer.css";
import { Table } from "@mantine/core";
import { Hint } from "../components/Hint";
import { words, type Phrase } from "../locale/words";
import css from "./learning.module.css";

type Hinted = { [P in Phrase]: `${P}.hint` extends Phrase ? P : never }[Phrase];

export function Column({ name, number = false }: { name: Hinted; number?: boolean }) {
  return (
    <Table.Th className={number ? (css.number ?? "") : ""}>
      <Hint label={words(`${name}.hint` as Phrase)}>
        <span className={css.columnName} tabIndex={0}>
          {words(name)}
        </span>
      </Hint>
    </Table.Th>
  );
}
