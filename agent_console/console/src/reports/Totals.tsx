/** The figures of everything together: each with its name, which leads to what it means. */
import { Figure, Meaning } from "../components/Figure";
import { words } from "../locale/words";
import type { FiguresBody } from "../wire/resources";
import { asCount, MEASURES } from "./figures";
import css from "./reports.module.css";

export function Totals({ figures }: { figures: FiguresBody }) {
  return (
    <dl className={css.totals}>
      {MEASURES.map(({ key, name, term, value, write, parts }) => {
        const found = value(figures);
        return (
          <div key={key}>
            <dt>
              <Meaning term={term}>{words(name)}</Meaning>
            </dt>
            <dd>
              <Figure term={term}>{found === null ? "–" : write(found)}</Figure>
              {parts && found !== null && (
                <span className={css.parts}>
                  <Figure term={term}>
                    {words("reports.of", { part: asCount(parts(figures)[0]), whole: asCount(parts(figures)[1]) })}
                  </Figure>
                </span>
              )}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
