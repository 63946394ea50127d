/** What the classifier saw: confidence against the threshold, novelty, guesses, nearest examples. */
import { asPercent, words } from "../locale/words";
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
        <span>{words("grounds.confidence")}</span>
        <strong>{params.confidence}</strong>
        {threshold !== null && (
          <span className={css.needs}>{words("grounds.needs", { threshold: params.threshold })}</span>
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
        <div className={css.line} title={words("grounds.novelty.hint")}>
          <span>{words("grounds.novelty")}</span>
          <strong>{novelty.toFixed(2)}</strong>
        </div>
      )}
    </div>
  );
}

export function Guesses({ decision }: { decision: DecisionView }) {
  if (decision.guesses.length === 0) return null;
  return (
    <>
      <h3>{words("grounds.guesses")}</h3>
      <ol className={css.guesses}>
        {decision.guesses.map((guess) => (
          <li key={guess.label}>
            <span>{guess.title}</span>
            <span className={css.score}>{asPercent(guess.score)}</span>
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
            {one.title} · {one.similarity.toFixed(2)}
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
      {like.length > 0 && <h3>{words("grounds.like")}</h3>}
      {like.length > 0 && <Examples shown={like} />}
      {counter.length > 0 && second && <h3>{words("grounds.counter", { intent: second.title })}</h3>}
      {counter.length > 0 && <Examples shown={counter} />}
    </>
  );
}
