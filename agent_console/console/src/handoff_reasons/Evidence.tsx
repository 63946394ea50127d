/** What the classifier saw: confidence against the threshold, novelty, guesses, nearest examples. */
import { asPercent, words } from "../locale/words";
import { Figure, Meaning } from "../components/Figure";
import type { DecisionView, NearView } from "../wire/frames";
import { counterExamples, hasUnknownExamples, likeExamples } from "./spoken";
import css from "./handoff_reasons.module.css";

export function Confidence({ decision }: { decision: DecisionView }) {
  const { confidence, threshold, novelty } = decision;
  if (confidence === null) return null;
  const params = { confidence: asPercent(confidence), threshold: threshold === null ? "–" : asPercent(threshold) };
  return (
    <div className={css.measure}>
      <div className={css.line}>
        <Meaning term="confidence">{words("grounds.confidence")}</Meaning>
        <strong>
          <Figure term="confidence">{params.confidence}</Figure>
        </strong>
        {threshold !== null && (
          <span className={css.needs}>
            <Figure term="threshold" linked>
              {words("grounds.needs", { threshold: params.threshold })}
            </Figure>
          </span>
        )}
      </div>
      <svg
        className={css.meter}
        viewBox="0 0 100 8"
        preserveAspectRatio="none"
        role="img"
        aria-label={words("grounds.meter", params)}
      >
        <rect className={css.track} width="100" height="8" />
        <rect
          className={css.fill}
          width={confidence * 100}
          height="8"
          data-enough={threshold !== null && confidence >= threshold}
        />
        {threshold !== null && <rect className={css.mark} x={Math.min(threshold * 100, 99.2)} width="0.8" height="8" />}
      </svg>
      {novelty !== null && (
        <div className={css.line}>
          <Meaning term="novelty">{words("grounds.novelty")}</Meaning>
          <strong>
            <Figure term="novelty">{novelty.toFixed(2)}</Figure>
          </strong>
        </div>
      )}
    </div>
  );
}

export function Guesses({ decision }: { decision: Pick<DecisionView, "guesses"> }) {
  if (decision.guesses.length === 0) return null;
  return (
    <>
      <h3>
        <Meaning term="guess">{words("grounds.guesses")}</Meaning>
      </h3>
      <ol className={css.guesses}>
        {decision.guesses.map((guess) => (
          <li key={guess.label}>
            <span>{guess.title}</span>
            <span className={css.score}>
              <Figure term="guess">{asPercent(guess.score)}</Figure>
            </span>
            <svg className={css.bar} viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden="true">
              <rect width={guess.score * 100} height="3" />
            </svg>
          </li>
        ))}
      </ol>
    </>
  );
}

function Examples({ shown }: { shown: NearView[] }) {
  return (
    <ul className={css.near}>
      {shown.map((one) => (
        <li key={`${one.label} ${one.text}`}>
          <q dir="auto">{one.text}</q>
          <span className={css.nearFoot}>
            {one.title} · <Figure term="similarity">{one.similarity.toFixed(2)}</Figure>
          </span>
        </li>
      ))}
    </ul>
  );
}

export function Neighbours({ decision }: { decision: DecisionView }) {
  if (hasUnknownExamples(decision))
    return <p className={css.quiet}>{words("grounds.near.none", { model: decision.model ?? "" })}</p>;
  const like = likeExamples(decision);
  const counter = counterExamples(decision);
  const [, second] = decision.guesses;
  return (
    <>
      {like.length > 0 && (
        <h3>
          <Meaning term="similarity">{words("grounds.like")}</Meaning>
        </h3>
      )}
      {like.length > 0 && <Examples shown={like} />}
      {counter.length > 0 && second && (
        <h3>
          <Meaning term="similarity">{words("grounds.counter", { intent: second.title })}</Meaning>
        </h3>
      )}
      {counter.length > 0 && <Examples shown={counter} />}
    </>
  );
}
