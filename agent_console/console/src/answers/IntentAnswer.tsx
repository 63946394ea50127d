/** What the bot says for an intent: its approved answer or that there is none, and what is proposed. */
import { words, wordsFor } from "../locale/words";
import { Problem } from "../components/Problem";
import type { IntentBody } from "../wire/resources";
import css from "./answers.module.css";
import { ProposedAnswers } from "./ProposedAnswers";
import { useIntents } from "./useAnswers";

/** The answer as the customer reads it. */
export function ApprovedAnswer({ text }: { text: string }) {
  return (
    <blockquote className={css.approved} dir="auto">
      {text}
    </blockquote>
  );
}

function Found({ intent }: { intent: IntentBody }) {
  const approved = intent.answer !== null;
  return (
    <>
      <p className={css.intent}>{words("answers.intent", { intent: intent.title })}</p>
      {approved && <p className={css.hint}>{words("answers.since")}</p>}
      {intent.answer !== null && <ApprovedAnswer text={intent.answer} />}
      <ProposedAnswers key={intent.name} intent={intent.name} hasAnswer={approved} empty={words("proposed.none")} />
    </>
  );
}

/** For the right pane: a handoff for want of an answer, and whether somebody has approved one since. */
export function IntentAnswer({ name }: { name: string }) {
  const { intents, loaded, error } = useIntents();
  const intent = intents.find((one) => one.name === name);
  if (error) {
    const message = wordsFor("refusal", error.code, error.message);
    return <Problem>{words("resolve.catalogue.failed", { message })}</Problem>;
  }
  if (!loaded) return null;
  return intent ? <Found intent={intent} /> : <p className={css.hint}>{words("answers.gone", { intent: name })}</p>;
}
