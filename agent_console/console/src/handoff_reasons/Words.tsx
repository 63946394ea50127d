/** Which words spoke for the first guess: worked out by the service when somebody asks, and forgotten again. */
import { useState } from "react";
import { words, wordsFor } from "../locale/words";
import { Figure, Meaning } from "../components/Figure";
import { Problem } from "../components/Problem";
import type { DecisionView } from "../wire/frames";
import type { WordsBody } from "../wire/resources";
import { useResource } from "../wire/useResource";
import { pieces, signed, strongest, type Spoken } from "./spoken";
import css from "./handoff_reasons.module.css";

const listed = (spoken: Spoken[]): string => spoken.map((word) => `${word.text} ${signed(word.weight)}`).join(", ");

function Marked({ body, title }: { body: WordsBody; title: string }) {
  const said = strongest(body);
  const none = said.for.length + said.against.length === 0;
  return (
    <>
      <p className={css.words} dir="auto">
        {pieces(body).map((piece, index) =>
          piece.strength === 0 ? (
            <span key={index}>{piece.text}</span>
          ) : (
            <mark key={index} data-strength={piece.strength}>
              {piece.text}
            </mark>
          ),
        )}
      </p>
      {said.for.length > 0 && (
        <p className={css.quiet}>
          <Figure term="weight-of-a-word">{words("grounds.words.for", { words: listed(said.for) })}</Figure>
        </p>
      )}
      {said.against.length > 0 && (
        <p className={css.quiet}>
          <Figure term="weight-of-a-word">{words("grounds.words.against", { words: listed(said.against) })}</Figure>
        </p>
      )}
      {none && <p className={css.quiet}>{words("grounds.words.none", { intent: title })}</p>}
      <p className={css.quiet}>
        {words("grounds.words.model", { model: body.model })}{" "}
        <Meaning term="weight-of-a-word">{words("grounds.words.meaning")}</Meaning>
      </p>
    </>
  );
}

function Answer({ decision, title }: { decision: string; title: string }) {
  const { value, error } = useResource<WordsBody>(`decisions/${encodeURIComponent(decision)}/words`);
  if (error) return <Problem>{wordsFor("refusal", error.code, error.message)}</Problem>;
  return <div aria-live="polite">{value ? <Marked body={value} title={title} /> : words("grounds.words.loading")}</div>;
}

export function Words({ decision }: { decision: DecisionView }) {
  const [open, setOpen] = useState(false);
  const first = decision.guesses[0];
  if (!first) return null;
  return (
    <div className={css.asked}>
      <button type="button" className={css.ask} aria-expanded={open} onClick={() => setOpen(!open)}>
        {words("grounds.words.ask", { intent: first.title })}
      </button>
      {open && <Answer decision={decision.id} title={first.title} />}
    </div>
  );
}
