/** Whom the router asked to take a conversation, and why not somebody else: each decision as sentences. */
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

/** @param again read anew when this changes */
export function Routing({ conversation, again }: { conversation: string; again: number }) {
  const path = `conversations/${encodeURIComponent(conversation)}/routing`;
  const { value, error } = useResource<RoutingBody>(path, again);
  if (error) return <p className={css.quiet}>{words("routing.failed")}</p>;
  if (!value || value.decisions.length === 0) return null;
  return (
    <section>
      <h2>{words("routing.title")}</h2>
      <ol className={css.routing}>
        {value.decisions.map((decision) => (
          <Decision key={decision.at} decision={decision} />
        ))}
      </ol>
    </section>
  );
}
