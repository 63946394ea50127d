/** What the words and figures of this console mean; the address names the one that is asked about. */
import "../locale/pages";
import { useEffect } from "react";
import { focusNext } from "../components/focus";
import { Page } from "../components/Page";
import { words } from "../locale/words";
import css from "./glossary.module.css";
import terms from "./terms.generated.json";
import { parts } from "./text";

interface Entry {
  name: string;
  section: string;
  text: string;
}

const ENTRIES: readonly (readonly [string, Entry])[] = Object.entries(terms);
const SECTIONS = [...new Set(ENTRIES.map(([, entry]) => entry.section))];
const idOf = (term: string): string => `term-${term}`;

function Definition({ text }: { text: string }) {
  return parts(text).map(({ kind, text: shown }, at) => {
    if (kind === "code") return <code key={at}>{shown}</code>;
    return kind === "em" ? <em key={at}>{shown}</em> : shown;
  });
}

function Section({ name, term }: { name: string; term: string | null }) {
  return (
    <section aria-label={name}>
      <h2 className={css.section}>{name}</h2>
      <dl className={css.entries}>
        {ENTRIES.filter(([, entry]) => entry.section === name).map(([key, entry]) => (
          <div key={key} id={idOf(key)} className={css.entry} data-asked={key === term} tabIndex={-1}>
            <dt>{entry.name}</dt>
            <dd>
              <Definition text={entry.text} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** The entry asked about gets the focus, which brings it into view and has it read out. */
export function GlossaryPage({ term }: { term: string | null }) {
  useEffect(() => {
    if (term !== null) focusNext(() => document.getElementById(idOf(term)));
  }, [term]);
  return (
    <Page title={words("glossary.title")}>
      <p className={css.lead}>{words("glossary.lead")}</p>
      {SECTIONS.map((name) => (
        <Section key={name} name={name} term={term} />
      ))}
    </Page>
  );
}
