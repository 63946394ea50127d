/** Named figures in a row, each name leading to its definition. */
import type { ReactNode } from "react";
import { Figure, Meaning, type Term } from "../components/Figure";
import { words, type Phrase } from "../locale/words";
import css from "./certificate.module.css";

export interface Fact {
  name: Phrase;
  term: Term;
  value: ReactNode;
}

export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className={css.facts}>
      {facts.map(({ name, term, value }) => (
        <div key={name}>
          <dt>
            <Meaning term={term}>{words(name)}</Meaning>
          </dt>
          <dd>
            <Figure term={term}>{value}</Figure>
          </dd>
        </div>
      ))}
    </dl>
  );
}
