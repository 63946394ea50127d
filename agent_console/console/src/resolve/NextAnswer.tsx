/** What the next customer who asks the same will read, so that a wrong label shows before it is stored. */
import { words } from "../locale/words";
import { ApprovedAnswer } from "../answers/IntentAnswer";
import { ProposedAnswers } from "../answers/ProposedAnswers";
import type { IntentBody } from "../wire/resources";
import type { Choice } from "./choice";
import css from "./resolve.module.css";

interface Props {
  choice: Choice;
  /** The chosen intent; null where the catalogue has none of that name. */
  intent: IntentBody | null;
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

function Known({ intent, proposes }: { intent: IntentBody; proposes: boolean }) {
  if (intent.policy === "always_handoff") return <p>{words("next.person")}</p>;
  return (
    <>
      {intent.answer === null ? (
        <Unanswered proposes={proposes} />
      ) : (
        <>
          <p>{words("next.answer", { intent: intent.title })}</p>
          <ApprovedAnswer text={intent.answer} />
          <p className={css.check}>{words("next.answer.check")}</p>
        </>
      )}
      <ProposedAnswers key={intent.name} intent={intent.name} hasAnswer={intent.answer !== null} />
    </>
  );
}

export function NextAnswer({ choice, intent, proposes }: Props) {
  return (
    <section className={css.next} aria-label={words("next.title")}>
      <h4>{words("next.title")}</h4>
      {choice.kind === "out_of_scope" && <p>{words("next.outOfScope")}</p>}
      {choice.kind !== "out_of_scope" && intent && <Known intent={intent} proposes={proposes} />}
      {choice.kind !== "out_of_scope" && !intent && <Unanswered proposes={proposes} />}
    </section>
  );
}
