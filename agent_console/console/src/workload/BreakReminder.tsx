/** After hours online without a rest: reminds of a break, and once more each time that it was put off for an hour. */
import "../locale/pages";
import { Button } from "@mantine/core";
import { useEffect, useState } from "react";
import { ask } from "../actions/asked";
import { Icon } from "../components/Icon";
import { age, words } from "../locale/words";
import css from "../shell/missed.module.css";
import type { OwnWorkloadBody } from "../wire/resources";
import { useResource } from "../wire/useResource";

const LOOK_EVERY_MS = 10 * 60_000;
const AGAIN_AFTER_SECONDS = 3600;

export function BreakReminder() {
  const [looks, setLooks] = useState(0);
  const [putOffAt, setPutOffAt] = useState<number | null>(null);
  useEffect(() => {
    const looking = setInterval(() => setLooks((n) => n + 1), LOOK_EVERY_MS);
    return () => clearInterval(looking);
  }, []);
  const { value: own } = useResource<OwnWorkloadBody>("workload", looks);
  if (!own?.remind || own.break_until !== null) return null;
  const online = own.online_seconds;
  if (putOffAt !== null && online >= putOffAt && online - putOffAt < AGAIN_AFTER_SECONDS) return null;
  const take = (): void => {
    setPutOffAt(online);
    ask("workload", "");
  };
  return (
    <section className={css.banner} aria-label={words("workload.reminder.label")}>
      <Icon name="away" />
      <p role="status">{words("workload.reminder", { time: age(online * 1000) })}</p>
      <Button size="compact-md" onClick={take}>
        {words("workload.reminder.take")}
      </Button>
      <Button size="compact-md" variant="default" onClick={() => setPutOffAt(online)}>
        {words("workload.reminder.later")}
      </Button>
    </section>
  );
}
