/** Whom the router asked to take a conversation, and why not somebody else; and what people were late with. */
import { Meaning } from "../components/Figure";
import { moment, words } from "../locale/words";
import type { RoutingBody, RoutingDecisionBody } from "../wire/resources";
import { useResource } from "../wire/useResource";
import css from "./handoff_reasons.module.css";

function others(decision: RoutingDecisionBody): string {
  const named = decision.considered.map((one) =>
    words("routing.why", { name: one.agent_name, why: words(`routing.why.${one.why}`) }),
  );
  return named.length > 0 ? words("routing.others", { names: named.join(", ") }) : "";
}

function Decision({ decision }: { decision: RoutingDecisionBody }) {
  return (
    <li>
      <time dateTime={decision.at}>{moment(decision.at)}</time>{" "}
      {words(`routing.${decision.gave}`, { name: decision.agent_name ?? "" })} {others(decision)}
    </li>
  );
}

function Missed({ missed }: Pick<RoutingBody, "missed">) {
  return (
    <section>
      <h2>
        <Meaning term="missed-service-levels">{words("missed.title")}</Meaning>
      </h2>
      <ol className={css.routing}>
        {missed.map(({ target, since, ended }) => (
          <li key={`${target} ${ended}`}>
            {words(`missed.${target}`)} {ended !== null && words("missed.ended", { time: moment(ended) })}
            {since !== null && words("missed.since", { time: moment(since) })}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** @param again read anew when this changes */
export function Routing({ conversation, again }: { conversation: string; again: number }) {
  const path = `conversations/${encodeURIComponent(conversation)}/routing`;
  const { value, error } = useResource<RoutingBody>(path, again);
  if (error) return <p className={css.quiet}>{words("routing.failed")}</p>;
  if (!value) return null;
  return (
    <>
      {value.missed.length > 0 && <Missed missed={value.missed} />}
      {value.decisions.length > 0 && (
        <section>
          <h2>{words("routing.title")}</h2>
          <ol className={css.routing}>
            {value.decisions.map((decision) => (
              <Decision key={decision.at} decision={decision} />
            ))}
          </ol>
        </section>
      )}
    </>
  );
}
