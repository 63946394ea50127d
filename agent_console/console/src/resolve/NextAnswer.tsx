/** What the next customer who asks the same will read, so that a wrong label shows before it is stored. */
import { languageName, listed, words } from "../locale/words";
import { ApprovedAnswer } from "../answers/IntentAnswer";
import { ProposedAnswers } from "../answers/ProposedAnswers";
import type { Reader } from "../answers/useAnswers";
import type { IntentBody } from "../wire/resources";
import type { Choice } from "./choice";
import css from "./resolve.module.css";

interface Props {
  choice: Choice;
  /** The chosen intent; null where the catalogue has none of that name. */
  intent: IntentBody | null;
  /** The customer: the next one is taken to have such a page. */
  reader: Reader;
  /** The locale of the default answers. */
  own: string;
  /** Whether the resolution will propose a reply. */
  proposes: boolean;
}

function Unanswered({ proposes }: { proposes: boolean }) {
  return (
    <p>
      {words("next.none")} {words(proposes ? "next.none.proposed" : "next.none.nothing")}
    </p>
  );
}

const languageOf = (locale: string): string => locale.toLowerCase().split(/[-_]/)[0] ?? "";

/** For whom an answer holds, where not every customer gets the same. */
function Languages({ intent, reader, own }: { intent: IntentBody; reader: Reader; own: string }) {
  const page = reader.locale || own;
  const others = intent.answer_locales.length > 1 || intent.said?.locale !== own;
  const foreign = reader.language !== null && languageOf(page) !== reader.language;
  if (!others && languageOf(page) === languageOf(own) && !foreign) return null;
  const names = { page: languageName(page), language: languageName(reader.language ?? page) };
  const answered = listed(intent.answer_locales.map(languageName));
  const fallsBack = intent.said !== null && languageOf(intent.said.locale) !== languageOf(page);
  return (
    <p className={css.check}>
      {words("next.page", names)} {fallsBack && words("next.page.default", names)}{" "}
      {!intent.said && answered && words("next.page.others", { languages: answered })}{" "}
      {foreign && words("next.page.foreign", names)}
    </p>
  );
}

function Known({ intent, proposes, ...reading }: Omit<Props, "choice" | "intent"> & { intent: IntentBody }) {
  if (intent.policy === "always_handoff") return <p>{words("next.person")}</p>;
  return (
    <>
      {intent.said === null ? (
        <Unanswered proposes={proposes} />
      ) : (
        <>
          <p>{words("next.answer", { intent: intent.title })}</p>
          <ApprovedAnswer text={intent.said.text} />
          <p className={css.check}>{words("next.answer.check")}</p>
        </>
      )}
      <Languages intent={intent} {...reading} />
      <ProposedAnswers
        key={intent.name}
        intent={intent.name}
        own={reading.own}
        answered={intent.answer_locales}
        writtenFor={intent.reply_locales}
      />
    </>
  );
}

export function NextAnswer({ choice, intent, ...shown }: Props) {
  return (
    <section className={css.next} aria-label={words("next.title")} tabIndex={0}>
      <h4>{words("next.title")}</h4>
      {choice.kind === "out_of_scope" && <p>{words("next.outOfScope")}</p>}
      {choice.kind !== "out_of_scope" && intent && <Known intent={intent} {...shown} />}
      {choice.kind !== "out_of_scope" && !intent && <Unanswered proposes={shown.proposes} />}
    </section>
  );
}
