/** How conversations of each queue find an agent, for supervisors and admins: read and changed. */
import "../locale/pages";
import { useState } from "react";
import { Entries, Entry, EntryButton } from "../components/Entries";
import { Figure, Meaning } from "../components/Figure";
import { Page } from "../components/Page";
import { Reading } from "../components/Reading";
import { moment, words } from "../locale/words";
import { may } from "../store/permissions";
import type { QueueBody, QueuesBody } from "../wire/resources";
import { useSignedIn } from "../wire/session";
import { useResource } from "../wire/useResource";
import { TAKES } from "./draft";
import { QueueDialog } from "./QueueDialog";
import { Teams } from "./Teams";
import { shownWeights } from "./work";
import css from "./queues.module.css";

type Work = QueueBody["work"];
const LEVELS = [
  ["first", (work: Work) => work.first_response_minutes],
  ["next", (work: Work) => work.next_response_minutes],
  ["resolution", (work: Work) => work.resolution_minutes],
] as const;

function Push({ queue }: { queue: QueueBody }) {
  const names = (skills: readonly string[]) => ({ names: skills.join(", ") });
  return (
    <>
      {queue.auto_accept ? (
        <span>{words("queues.facts.auto")}</span>
      ) : (
        <span>
          <Figure term="time-left">{words("queues.seconds", { seconds: queue.offer_seconds })}</Figure>{" "}
          <Meaning term="time-left">{words("queues.facts.offer")}</Meaning>
        </span>
      )}
      {queue.priority > 0 && (
        <span>
          <Meaning term="priority-of-a-queue">{words("queues.priority")}</Meaning>{" "}
          <Figure term="priority-of-a-queue">{queue.priority}</Figure>
        </span>
      )}
      {queue.skills.length > 0 && <bdi>{words("queues.facts.needs", names(queue.skills))}</bdi>}
      {queue.preferred.length > 0 && <bdi>{words("queues.facts.prefers", names(queue.preferred))}</bdi>}
      {queue.relax_seconds !== null && (
        <span>
          <Meaning term="relaxed">{words("queues.facts.relax")}</Meaning>{" "}
          <Figure term="relaxed">{words("queues.seconds", { seconds: queue.relax_seconds })}</Figure>
        </span>
      )}
    </>
  );
}

function Opening({ queue }: { queue: QueueBody }) {
  const meaning = words(queue.opens_at ? "queues.hours.opens" : "queues.hours.open");
  return (
    <span>
      <Meaning term="opening-hours">{meaning}</Meaning>{" "}
      {queue.opens_at && <Figure term="opening-hours">{moment(queue.opens_at)}</Figure>}
    </span>
  );
}

function Queue({ queue, onChange }: { queue: QueueBody; onChange: (() => void) | null }) {
  const change = onChange && (
    <EntryButton onClick={onChange} label={words("queues.change.label", { name: queue.name })}>
      {words("queues.change")}
    </EntryButton>
  );
  return (
    <Entry actions={change}>
      <h2 className={css.name}>
        <bdi>{queue.name}</bdi>
      </h2>
      <p className={css.facts}>
        <span>
          {words("queues.way")} <Meaning term="pull-push">{words(`queues.way.${queue.way}`)}</Meaning>
        </span>
        {queue.hours && <Opening queue={queue} />}
        {queue.way === "push" && <Push queue={queue} />}
        {queue.work.reply_minutes !== null && (
          <span>
            <Meaning term="first-reply-deadline">{words("queues.facts.reply")}</Meaning>{" "}
            <Figure term="first-reply-deadline">
              {words("queues.minutes", { minutes: queue.work.reply_minutes })}
            </Figure>
          </span>
        )}
        {queue.work.weight > 1 && (
          <span>
            <Figure term="capacity-load">{queue.work.weight}</Figure>{" "}
            <Meaning term="capacity-load">{words("queues.facts.weight")}</Meaning>
          </span>
        )}
        {LEVELS.map(
          ([name, minutes]) =>
            minutes(queue.work) !== null && (
              <span key={name}>
                <Meaning term="service-level">{words(`queues.facts.${name}`)}</Meaning>{" "}
                <Figure term="service-level">{words("queues.minutes", { minutes: minutes(queue.work) ?? 0 })}</Figure>
              </span>
            ),
        )}
        {queue.work.teams.length > 0 && (
          <bdi>{words("queues.facts.teams", { names: queue.work.teams.join(", ") })}</bdi>
        )}
        {Object.keys(queue.work.weights).length > 0 && <bdi>{shownWeights(queue.work.weights)}</bdi>}
        {TAKES.filter((kind) => queue.takes[kind].length > 0).map((kind) => (
          <bdi key={kind}>{words(`queues.facts.${kind}`, { names: queue.takes[kind].join(", ") })}</bdi>
        ))}
        <span>
          <Figure term="conversations-waiting" linked>
            {queue.waiting}
          </Figure>{" "}
          {words("queues.waiting")}
        </span>
      </p>
    </Entry>
  );
}

export function QueuesPage() {
  const queues = useResource<QueuesBody>("queues");
  const sets = may(useSignedIn().me, "set_queues");
  const [asked, setAsked] = useState<QueueBody | null>(null);
  const [changed, setChanged] = useState(0);
  const close = (): void => setAsked(null);
  const done = (): void => {
    close();
    queues.reload();
    setChanged(changed + 1);
  };
  return (
    <Page title={words("nav.queues")}>
      <p className={css.quiet}>{words("queues.text")}</p>
      <Reading resource={queues}>
        {(body) => (
          <>
            <Entries>
              {body.queues.map((queue) => (
                <Queue key={queue.name} queue={queue} onChange={sets ? () => setAsked(queue) : null} />
              ))}
            </Entries>
            {sets && body.queues.length === 1 && <p className={css.quiet}>{words("queues.only")}</p>}
          </>
        )}
      </Reading>
      <Teams changes={sets} again={changed} />
      {asked && <QueueDialog queue={asked} onClose={close} onDone={done} />}
    </Page>
  );
}
