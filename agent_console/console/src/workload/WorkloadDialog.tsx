/** One's own workload, and a break: away for a few minutes, which ends by itself. */
import "../locale/pages";
import { newClientId } from "@escalation/protocol";
import { Button } from "@mantine/core";
import type { ActionProps } from "../actions/ActionDialogs";
import { Dialog } from "../components/Dialog";
import { Figure, Meaning, type Term } from "../components/Figure";
import { useNow } from "../components/now";
import { Reading } from "../components/Reading";
import { duration, timeOfDay, words, type Phrase } from "../locale/words";
import { request } from "../wire/live";
import type { OwnWorkloadBody } from "../wire/resources";
import { useResource } from "../wire/useResource";
import css from "./workload.module.css";

const FIGURES: readonly [Phrase, Term, (own: OwnWorkloadBody) => string][] = [
  ["workload.conversations", "points-lately", (own) => String(own.conversations)],
  ["workload.hard", "hard-conversation", (own) => String(own.hard)],
  ["workload.points", "points-lately", (own) => own.points.toFixed(1)],
  ["workload.online", "online-in-a-row", (own) => duration(own.online_seconds * 1000)],
];

function Break({ own, onClose }: { own: OwnWorkloadBody; onClose: () => void }) {
  const now = useNow();
  const resting = own.break_until !== null && Date.parse(own.break_until) > now;
  const next = own.next_break !== null && Date.parse(own.next_break) > now ? own.next_break : null;
  const take = (): void => {
    request({ type: "take_break", command_id: newClientId(), over: resting });
    onClose();
  };
  const hint = resting
    ? words("workload.break.until", { time: timeOfDay(own.break_until) })
    : next === null
      ? words("workload.break.hint")
      : words("workload.break.next", { time: timeOfDay(next) });
  return (
    <div className={css.break}>
      <Button onClick={take} disabled={!resting && next !== null} data-autofocus>
        {resting ? words("workload.break.over") : words("workload.break", { minutes: own.break_seconds / 60 })}
      </Button>
      <p className={css.quiet}>{hint}</p>
    </div>
  );
}

export function WorkloadDialog({ onClose }: ActionProps) {
  const resource = useResource<OwnWorkloadBody>("workload");
  return (
    <Dialog title={words("workload.title")} open onClose={onClose}>
      <Reading resource={resource}>
        {(own) => (
          <>
            <Break own={own} onClose={onClose} />
            <dl className={css.figures}>
              {FIGURES.map(([name, term, value]) => (
                <div key={name}>
                  <dt>
                    <Meaning term={term} apart>
                      {words(name)}
                    </Meaning>
                  </dt>
                  <dd>
                    <Figure term={term}>{value(own)}</Figure>
                  </dd>
                </div>
              ))}
            </dl>
            <p className={css.quiet}>{words("workload.lead")}</p>
          </>
        )}
      </Reading>
    </Dialog>
  );
}
