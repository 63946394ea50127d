/** How conversations of each queue find an agent, for supervisors and admins: read and changed. */
import "../locale/pages";
import { Button } from "@mantine/core";
import { useState } from "react";
import { Figure, Meaning } from "../components/Figure";
import { Page } from "../components/Page";
import { Reading } from "../components/Reading";
import { words } from "../locale/words";
import { may } from "../store/permissions";
import type { QueueBody, QueuesBody } from "../wire/resources";
import { useSignedIn } from "../wire/session";
import { useResource } from "../wire/useResource";
import { TAKES } from "./draft";
import { QueueDialog } from "./QueueDialog";
import css from "./queues.module.css";

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

function Entry({ queue, onChange }: { queue: QueueBody; onChange: (() => void) | null }) {
  return (
    <li className={css.entry}>
      <div className={css.what}>
        <h2>
          <bdi>{queue.name}</bdi>
        </h2>
        <p className={css.facts}>
          <span>
            <Meaning term="pull-push">{words(`queues.way.${queue.way}`)}</Meaning>
          </span>
          {queue.way === "push" && <Push queue={queue} />}
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
      </div>
      {onChange && (
        <Button
          size="compact-sm"
          variant="default"
          onClick={onChange}
          aria-label={words("queues.change.label", { name: queue.name })}
        >
          {words("queues.change")}
        </Button>
      )}
    </li>
  );
}

export function QueuesPage() {
  const queues = useResource<QueuesBody>("queues");
  const sets = may(useSignedIn().me, "set_queues");
  const [asked, setAsked] = useState<QueueBody | null>(null);
  const close = (): void => setAsked(null);
  const done = (): void => {
    close();
    queues.reload();
  };
  return (
    <Page title={words("nav.queues")}>
      <p className={css.quiet}>{words("queues.text")}</p>
      <Reading resource={queues}>
        {(body) => (
          <ul className={css.entries}>
            {body.queues.map((queue) => (
              <Entry key={queue.name} queue={queue} onChange={sets ? () => setAsked(queue) : null} />
            ))}
          </ul>
        )}
      </Reading>
      {asked && <QueueDialog queue={asked} onClose={close} onDone={done} />}
    </Page>
  );
}
