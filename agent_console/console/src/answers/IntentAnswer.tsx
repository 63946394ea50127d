/** What the bot says to a customer for an intent: its approved answer or that there is none, and what is proposed. */
import { languageName, listed, words, wordsFor } from "../locale/words";
import { Problem } from "../components/Problem";
import type { IntentBody } from "../wire/resources";
import css from "./answers.module.css";
import { ProposedAnswers } from "./ProposedAnswers";
import { useIntents, useReader } from "./useAnswers";

/** The answer as the customer reads it. */
export function ApprovedAnswer({ text }: { text: string }) {
  return (
    <blockquote className={css.approved} dir="auto">
      {text}
    </blockquote>
  );
}

interface Found {
  intent: IntentBody;
  own: string;
  /** Whether the resolve step is open, which shows proposals itself. */
  resolving: boolean;
}

function Found({ intent, own, resolving }: Found) {
  const { said, answer_locales: answered } = intent;
  return (
    <>
      <p className={css.intent}>{words("answers.intent", { intent: intent.title })}</p>
      {said && <p className={css.hint}>{words("answers.since")}</p>}
      {said && <ApprovedAnswer text={said.text} />}
      {!said && answered.length > 0 && (
        <p className={css.hint}>{words("answers.others", { languages: listed(answered.map(languageName)) })}</p>
      )}
      {!resolving && (
        <ProposedAnswers
          key={intent.name}
          intent={intent.name}
          own={own}
          answered={answered}
          writtenFor={intent.reply_locales}
          empty={words("proposed.none")}
        />
      )}
    </>
  );
}

interface Props {
  name: string;
  conversation: string;
  resolving: boolean;
}

/** For the right pane: a handoff for want of an answer, and whether somebody has approved one since. */
export function IntentAnswer({ name, conversation, resolving }: Props) {
  const { intents, own, loaded, error } = useIntents(useReader(conversation));
  const intent = intents.find((one) => one.name === name);
  if (error) {
    const message = wordsFor("refusal", error.code, error.message);
    return <Problem>{words("resolve.catalogue.failed", { message })}</Problem>;
  }
  if (!loaded) return null;
  return intent ? (
    <Found intent={intent} own={own} resolving={resolving} />
  ) : (
    <p className={css.hint}>{words("answers.gone", { intent: name })}</p>
  );
}
