/** How long somebody waits, and how near the deadline is: by words and sign, never by colour alone. */
import { duration, words } from "../locale/words";
import { urgency } from "../store/lists";
import type { RowView } from "../wire/frames";
import { Figure } from "./Figure";
import { Icon } from "./Icon";
import { useNow } from "./now";
import css from "./components.module.css";

export function Waiting({ since }: { since: string }) {
  const now = useNow();
  return <Figure term="waiting-due-over">{words("row.waiting", { time: duration(now - Date.parse(since)) })}</Figure>;
}

/** Which clock of a service level is due first: for a person's words, or for the end. */
export function ServiceLevel({ sla }: { sla: NonNullable<RowView["sla"]> }) {
  return <Due deadline={sla.due_at} soon={sla.warn_at} what={sla.target === "resolution" ? "resolution" : "reply"} />;
}

interface DueProps {
  deadline: string | null;
  /** From when on it is soon; left out, a minute before. */
  soon?: string | null;
  /** What is due: a person, or an agent's words. */
  what?: "row" | "reply" | "resolution";
}

export function Due({ deadline, soon, what = "row" }: DueProps) {
  const now = useNow();
  const level = urgency(deadline, now, soon);
  if (!deadline || level === "none") return null;
  const left = Date.parse(deadline) - now;
  const text =
    level === "over"
      ? words(`${what}.over`, { time: duration(-left) })
      : words(`${what}.due`, { time: duration(left) });
  return (
    <span className={css.due} data-level={level}>
      <Icon name={level === "fine" ? "clock" : "alert"} size={13} />
      <Figure term="waiting-due-over">{text}</Figure>
    </span>
  );
}
