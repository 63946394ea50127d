/** How a closed conversation ended: when and by whom it was closed, its labels, what the bot answered, its ratings. */
import type { ReactNode } from "react";
import { moment, words, wordsFor } from "../locale/words";
import { Figure, Meaning, type Term } from "../components/Figure";
import { useStore } from "../store/store";
import type { EndingBody } from "../wire/resources";
import { useResource } from "../wire/useResource";
import css from "./ending.module.css";

type Resolution = EndingBody["resolutions"][number];

function labelWords(one: Resolution): string {
  const label = one.title ?? one.label ?? words("ending.outOfScope");
  if (one.withdrawn_at) return words("ending.label.withdrawn", { label, time: moment(one.withdrawn_at) });
  return words("ending.label.by", { label, name: one.agent_name ?? words("author.agent") });
}

function closedWords(ending: EndingBody): string {
  if (!ending.closed_at) return "";
  const time = moment(ending.closed_at);
  return ending.closed_by ? words("ending.closed.by", { time, name: ending.closed_by }) : time;
}

function Fact({ name, term, children }: { name: string; term?: Term; children: ReactNode }) {
  return (
    <div>
      <dt>{term ? <Meaning term={term}>{name}</Meaning> : name}</dt>
      <dd dir="auto">{children}</dd>
    </div>
  );
}

/** One thing, or several with the order they stand in. */
const named = (
  phrase: "ending.label" | "ending.answered" | "ending.rating" | "ending.comment",
  count: number,
): string => words(count > 1 ? `${phrase}.several` : phrase);

function Facts({ ending }: { ending: EndingBody }) {
  const scores = ending.ratings.map((one) => words("ending.rating.score", { score: one.score })).join(", ");
  const comments = ending.ratings.filter((one) => one.comment !== "");
  return (
    <dl className={css.facts}>
      {ending.outcome && (
        <Fact name={words("resolve.outcome")} term="outcome">
          {wordsFor("outcome", ending.outcome, ending.outcome)}
        </Fact>
      )}
      <Fact name={words("ending.closed")}>{closedWords(ending)}</Fact>
      {ending.resolutions.length > 0 && (
        <Fact name={named("ending.label", ending.resolutions.length)}>
          {ending.resolutions.map(labelWords).join("; ")}
        </Fact>
      )}
      {ending.answered.length > 0 && (
        <Fact name={named("ending.answered", ending.answered.length)}>{ending.answered.join(", ")}</Fact>
      )}
      <Fact name={named("ending.rating", ending.ratings.length)} term="rating">
        {scores ? <Figure term="rating">{scores}</Figure> : words("ending.rating.none")}
      </Fact>
      {comments.length > 0 && (
        <Fact name={named("ending.comment", comments.length)} term="rating">
          {comments.map((one) => (
            <p key={one.at} className={css.comment} dir="auto">
              {one.comment}
            </p>
          ))}
        </Fact>
      )}
    </dl>
  );
}

/** Read again when the thread goes on: a resolution settles, a note is added. */
export function Ending({ conversation }: { conversation: string }) {
  const head = useStore((state) => state.threads[conversation]?.head ?? 0);
  const { value, error } = useResource<EndingBody>(`conversations/${encodeURIComponent(conversation)}/ending`, head);
  return (
    <section className={css.ending} aria-label={words("ending.title")}>
      <h3>{words("ending.title")}</h3>
      {value ? (
        <Facts ending={value} />
      ) : (
        <p>{error ? words("ending.failed", { message: error.message }) : words("ending.loading")}</p>
      )}
    </section>
  );
}
