/** A model's figures, each with its name, which leads to its definition. */
import { Figure, Meaning, type Term } from "../components/Figure";
import { asFinePercent, words, type Phrase } from "../locale/words";
import type { ModelBody } from "../wire/resources";
import { allLabels, heldBack } from "./figures";
import css from "./learning.module.css";

interface Measure {
  phrase: Phrase;
  term: Term;
  read: (model: ModelBody) => string;
}

export const share = (value: number | null): string => (value === null ? "–" : asFinePercent(value));

const COVERAGE: Measure = { phrase: "models.coverage", term: "coverage", read: (model) => share(model.coverage) };
const RISK: Measure = { phrase: "models.risk", term: "risk", read: (model) => share(model.risk) };

export const ESTIMATES: readonly Measure[] = [COVERAGE, RISK];
export const ALL_MEASURES: readonly Measure[] = [
  COVERAGE,
  RISK,
  { phrase: "models.examples", term: "examples-of-a-model", read: (model) => String(model.examples) },
  { phrase: "models.all", term: "all-labels", read: allLabels },
  { phrase: "models.heldBack", term: "held-back-labels", read: heldBack },
];

export function Measures({ model, shown }: { model: ModelBody; shown: readonly Measure[] }) {
  return (
    <dl className={css.figures}>
      {shown.map(({ phrase, term, read }) => (
        <div key={phrase}>
          <dt>
            <Meaning term={term}>{words(phrase)}</Meaning>
          </dt>
          <dd>
            <Figure term={term}>{read(model)}</Figure>
          </dd>
        </div>
      ))}
    </dl>
  );
}
