/** How agents use what the model offers: labels against guesses, seen and hidden, and suggested replies. */
import { Figure, Meaning } from "../components/Figure";
import { Reading } from "../components/Reading";
import { asPercent, words } from "../locale/words";
import type { AssistanceBody } from "../wire/resources";
import { useResource } from "../wire/useResource";
import css from "./board.module.css";

type Override = AssistanceBody["overrides"][number];

function Overridden({ of }: { of: Override }) {
  const share = of.labels === 0 ? "–" : asPercent(of.overridden / of.labels);
  return (
    <li className={css.entry}>
      <span className={css.name}>{words(of.blind ? "assistance.hidden" : "assistance.seen")}</span>
      <span>
        <Figure term="override">{share}</Figure>{" "}
        <Figure term="override">{words("assistance.of", { part: of.overridden, whole: of.labels })}</Figure>
      </span>
      {of.mean_seconds !== null && (
        <span className={css.quiet}>
          <Figure term="override">{words("assistance.seconds", { seconds: of.mean_seconds.toFixed(1) })}</Figure>
        </span>
      )}
    </li>
  );
}

function Replies({ of }: { of: AssistanceBody["suggestions"] }) {
  const counts = [
    ["shown", of.shown],
    ["inserted", of.inserted],
    ["sent", of.sent],
    ["unchanged", of.unchanged],
    ["edits", of.mean_edits === null ? "–" : of.mean_edits.toFixed(1)],
  ] as const;
  return (
    <ul className={css.entries}>
      {counts.map(([name, value]) => (
        <li key={name} className={css.entry}>
          <span>{words(`assistance.${name}`)}</span>
          <Figure term="suggested-reply">{value}</Figure>
        </li>
      ))}
    </ul>
  );
}

export function Assistance() {
  const found = useResource<AssistanceBody>("assistance");
  return (
    <section className={css.card}>
      <h2>{words("assistance.title")}</h2>
      <Reading resource={found}>
        {(value) => (
          <>
            <p className={css.quiet}>
              <Figure term="override">{words("assistance.days", { days: value.days })}</Figure>
            </p>
            <h3>
              <Meaning term="override">{words("assistance.overrides")}</Meaning>
            </h3>
            <ul className={css.entries}>
              {value.overrides.map((one) => (
                <Overridden key={String(one.blind)} of={one} />
              ))}
            </ul>
            <h3>
              <Meaning term="suggested-reply">{words("assistance.suggestions")}</Meaning>
            </h3>
            <Replies of={value.suggestions} />
          </>
        )}
      </Reading>
    </section>
  );
}
