/** The live board, for supervisors: what waits and since when, who is there and how much they have. */
import "../locale/pages";
import { Button } from "@mantine/core";
import { ask } from "../actions/asked";
import { Chip } from "../components/Chip";
import { Due, ServiceLevel, Waiting } from "../components/Due";
import { Figure, Meaning } from "../components/Figure";
import { customerName } from "../components/names";
import { useNow } from "../components/now";
import { Page } from "../components/Page";
import { Intent } from "../lists/Row";
import { duration, words } from "../locale/words";
import { may } from "../store/permissions";
import { hashOf } from "../store/route";
import { useStore } from "../store/store";
import type { AgentView, RowView } from "../wire/frames";
import { Assistance } from "./Assistance";
import { peopleNow, queuesNow, totals, type QueueNow } from "./board";
import css from "./board.module.css";

function Totals() {
  const rows = useStore((state) => state.rows);
  const agents = useStore((state) => state.agents);
  const now = useNow();
  const all = totals(Object.values(rows), Object.values(agents), now);
  const facts = [
    ["waiting", "conversations-waiting", all.waiting],
    ["longest", "waiting-due-over", all.longest ? duration(now - Date.parse(all.longest)) : "–"],
    ["late", "waiting-due-over", all.late],
    ["breached", "service-level", all.breached],
    ["assigned", "assignment", all.assigned],
    ["bot", "conversation", all.bot],
    ["online", "presence-lease", all.online],
    ["room", "capacity-load", all.room],
  ] as const;
  return (
    <dl className={css.totals}>
      {facts.map(([name, term, value]) => (
        <div key={name} data-late={(name === "late" || name === "breached") && value > 0}>
          <dt>
            <Meaning term={term}>{words(`board.${name}`)}</Meaning>
          </dt>
          <dd>
            <Figure term={term}>{value}</Figure>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Entry({ row, assigns }: { row: RowView; assigns: boolean }) {
  const asked = useStore((state) => (row.offer?.ended === null ? state.agents[row.offer.agent_id]?.name : undefined));
  return (
    <li className={css.entry}>
      <a href={hashOf({ page: "conversations", conversation: row.conversation })} dir="auto">
        {customerName(row)}
      </a>
      {row.reason && <Chip tone="ember">{words(`reason.${row.reason}`)}</Chip>}
      <Intent row={row} />
      {row.waiting_since && <Waiting since={row.waiting_since} />}
      {row.sla ? <ServiceLevel sla={row.sla} /> : <Due deadline={row.deadline} />}
      {asked && <span className={css.quiet}>{words("board.asked", { name: asked })}</span>}
      {assigns && (
        <Button
          size="compact-xs"
          variant="default"
          aria-label={words("board.assign.label", { customer: customerName(row) })}
          onClick={() => ask("assign", row.conversation)}
        >
          {words("board.assign")}
        </Button>
      )}
    </li>
  );
}

function Queue({ queue, assigns }: { queue: QueueNow; assigns: boolean }) {
  return (
    <section aria-label={words("board.queue", { name: queue.name })}>
      <h3>
        <bdi>{queue.name}</bdi> <Figure term="conversations-waiting">{queue.rows.length}</Figure>
      </h3>
      <ol className={css.entries}>
        {queue.rows.map((row) => (
          <Entry key={row.conversation} row={row} assigns={assigns} />
        ))}
      </ol>
    </section>
  );
}

function Person({ agent }: { agent: AgentView }) {
  const load = { load: agent.load, capacity: agent.capacity };
  return (
    <li className={css.entry}>
      <bdi className={css.name}>{agent.name}</bdi>
      <span>{words(agent.away_because === "finishing" ? "presence.finishing" : `presence.${agent.availability}`)}</span>
      {agent.away_because && agent.away_because !== "finishing" && (
        <span className={css.quiet}>{words(`board.${agent.away_because}`)}</span>
      )}
      <Figure term="capacity-load">{words("people.load", load)}</Figure>
      {agent.load >= agent.capacity && <Chip tone="sand">{words("people.full")}</Chip>}
    </li>
  );
}

export function BoardPage() {
  const rows = useStore((state) => state.rows);
  const agents = useStore((state) => state.agents);
  const assigns = useStore((state) => may(state.me, "assign_conversations"));
  const supervises = useStore((state) => may(state.me, "supervise"));
  const queues = queuesNow(Object.values(rows));
  return (
    <Page title={words("nav.board")} width="wide">
      <Totals />
      <div className={css.columns}>
        <section className={css.card}>
          <h2>{words("board.queues")}</h2>
          {queues.length === 0 && <p className={css.quiet}>{words("board.none")}</p>}
          {queues.map((queue) => (
            <Queue key={queue.name} queue={queue} assigns={assigns} />
          ))}
        </section>
        <section className={css.card}>
          <h2>{words("board.people")}</h2>
          <ul className={css.entries}>
            {peopleNow(Object.values(agents)).map((agent) => (
              <Person key={agent.id} agent={agent} />
            ))}
          </ul>
        </section>
        {supervises && <Assistance />}
      </div>
    </Page>
  );
}
