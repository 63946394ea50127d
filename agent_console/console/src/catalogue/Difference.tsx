/** What differs in one intent: each part before and after, examples that came and went. */
import { Figure } from "../components/Figure";
import { languageName, words, wordsFor } from "../locale/words";
import type { DifferenceBody } from "../wire/resources";
import css from "./changes.module.css";

/** `title`, or `title:de` for the one in German. */
function nameOf(field: string): string {
  const [what = "", locale] = field.split(":");
  if (locale === undefined) return wordsFor("catalogue.field", field, field);
  return wordsFor("catalogue.field.in", what, field, { language: languageName(locale) });
}

function valueOf(field: string, value: string): string {
  if (field === "policy") return wordsFor("policy", value, value);
  return field === "state" ? wordsFor("catalogue.state", value, value) : value;
}

function Field({ field, before, after }: DifferenceBody["fields"][number]) {
  return (
    <div className={css.field}>
      <dt>{nameOf(field)}</dt>
      <dd>
        {before !== null && (
          <del dir="auto">
            <span className="hidden-text">{words("catalogue.before")} </span>
            {valueOf(field, before)}
          </del>
        )}
        {after !== null && (
          <ins dir="auto">
            <span className="hidden-text">{words("catalogue.after")} </span>
            {valueOf(field, after)}
          </ins>
        )}
      </dd>
    </div>
  );
}

function Texts({ texts, count, came }: { texts: readonly string[]; count: number; came: boolean }) {
  if (count === 0) return null;
  const Tag = came ? "ins" : "del";
  return (
    <div className={css.field}>
      <dt>
        <Figure term="examples-of-an-intent" linked>
          {words(came ? "catalogue.examples.came" : "catalogue.examples.went", { count })}
        </Figure>
      </dt>
      <dd>
        {texts.map((text) => (
          <Tag key={text} dir="auto">
            {text}
          </Tag>
        ))}
        {count > texts.length && (
          <Figure term="examples-of-an-intent">{words("catalogue.more", { count: count - texts.length })}</Figure>
        )}
      </dd>
    </div>
  );
}

export function Difference({ difference }: { difference: DifferenceBody }) {
  return (
    <dl className={css.difference}>
      {difference.fields.map((one) => (
        <Field key={one.field} {...one} />
      ))}
      <Texts texts={difference.examples_added} count={difference.examples_added_count} came />
      <Texts texts={difference.examples_removed} count={difference.examples_removed_count} came={false} />
    </dl>
  );
}
