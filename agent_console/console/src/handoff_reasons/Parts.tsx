/** Several requests in one message: each with its own words, and what the classifier made of it. */
import "../locale/pages";
import { words } from "../locale/words";
import type { DecisionView } from "../wire/frames";
import { Confidence, Guesses, Neighbours } from "./Evidence";
import css from "./parts.module.css";

export function Parts({ decision }: { decision: DecisionView }) {
  return decision.parts.map((part, at) => (
    <div key={part.start} className={css.part}>
      <h3>
        {words("requests.nth", { number: at + 1 })}: <q dir="auto">{part.text}</q>
      </h3>
      <Confidence decision={{ ...decision, ...part }} />
      <Guesses decision={part} />
      <Neighbours decision={{ ...decision, ...part }} />
    </div>
  ));
}
