/** The head of a column: a column of figures leads to their definition, the others have a hint. */
import "@mantine/core/styles/Table.layer.css";
import { Table } from "@mantine/core";
import { Meaning, type Term } from "../components/Figure";
import { Hint } from "../components/Hint";
import terms from "../glossary/terms.generated.json";
import { plain } from "../glossary/text";
import { words, type Phrase } from "../locale/words";
import css from "./learning.module.css";

type Hinted = { [P in Phrase]: `${P}.hint` extends Phrase ? P : never }[Phrase];

/** A column without `term` has a phrase `<name>.hint`. */
export type ColumnProps = { number?: boolean } & ({ name: Phrase; term: Term } | { name: Hinted; term?: never });

export function Column({ name, term, number = false }: ColumnProps) {
  return (
    <Table.Th className={number ? (css.number ?? "") : ""}>
      {term ? (
        <Hint label={plain(terms[term].text)}>
          <Meaning term={term}>{words(name)}</Meaning>
        </Hint>
      ) : (
        <Hint label={words(`${name}.hint` as Phrase)}>
          <span className={css.columnName} tabIndex={0}>
            {words(name)}
          </span>
        </Hint>
      )}
    </Table.Th>
  );
}
