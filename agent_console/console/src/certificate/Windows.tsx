/** The history: what the windows looked like day by day, and why each ended. */
import { Chip } from "../components/Chip";
import { Figure, Meaning } from "../components/Figure";
import { Reading } from "../components/Reading";
import { asShare, dayOf, words } from "../locale/words";
import type { WindowBody, WindowsBody } from "../wire/resources";
import type { Resource } from "../wire/useResource";
import css from "./certificate.module.css";
import { Plots } from "./Plots";
import { asBound, asCount } from "./statement";

function Days({ window }: { window: WindowBody }) {
  return (
    <span className={css.quiet}>
      {words("certificate.window.from")} <time dateTime={window.started_at}>{dayOf(window.started_at)}</time>
      {window.ended_at && (
        <>
          {" "}
          {words("certificate.window.to")} <time dateTime={window.ended_at}>{dayOf(window.ended_at)}</time>
        </>
      )}
    </span>
  );
}

function OneWindow({ window }: { window: WindowBody }) {
  const last = window.points.at(-1);
  const proven = last?.proven ?? false;
  return (
    <li>
      <strong>
        <Figure term="window">{words("certificate.window", { number: window.number })}</Figure>
      </strong>
      <Days window={window} />
      {!window.ended_at && <Chip tone="sea">{words("certificate.window.running")}</Chip>}
      <Chip tone={proven ? "sea" : "quiet"}>
        {words(proven ? "certificate.window.proven" : "certificate.window.unproven")}
      </Chip>
      <span className={css.windowFacts}>
        {last && (
          <>
            {words("certificate.answers")} <Figure term="answers-counted">{asCount(last.answers)}</Figure> ·{" "}
            {words("certificate.bound")} <Figure term="bound-on-wrong-answers">{asBound(last.bound)}</Figure> ·{" "}
          </>
        )}
        {words("certificate.alpha")} <Figure term="alpha-accepted-error">{asShare(window.alpha)}</Figure> ·{" "}
        {words("certificate.chance")} <Figure term="chance-of-an-audit">{asShare(window.chance)}</Figure>
      </span>
      {window.ended_because && (
        <span className={css.windowFacts}>
          <Figure term="window">{words(`certificate.ended.${window.ended_because}`)}</Figure>
        </span>
      )}
      <span className={css.windowFacts}>
        <Meaning term="commitment">{words("certificate.window.commitment")}</Meaning> <code>{window.commitment}</code>
      </span>
    </li>
  );
}

interface Props {
  resource: Resource<WindowsBody>;
  alpha: number;
}

export function Windows({ resource, alpha }: Props) {
  return (
    <section className={css.card} aria-labelledby="certificate-windows">
      <h2 id="certificate-windows">
        <Meaning term="window">{words("certificate.history")}</Meaning>
      </h2>
      <Reading resource={resource}>
        {({ windows }) =>
          windows.length === 0 ? (
            <p className={css.quiet}>{words("certificate.history.none")}</p>
          ) : (
            <>
              <Plots windows={windows} alpha={alpha} />
              <ul className={css.windows} aria-label={words("certificate.windows")}>
                {windows.map((window) => (
                  <OneWindow key={window.number} window={window} />
                ))}
              </ul>
            </>
          )
        }
      </Reading>
    </section>
  );
}
