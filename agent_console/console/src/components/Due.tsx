/** How long somebody waits, and how near the deadline is: by words and sign, never by colour alone. */
import { duration, words } from "../locale/words";
import { urgency } from "../store/lists";
import { Figure } from "./Figure";
import { Icon } from "./Icon";
import { useNow } from "./now";
import css from "./components.module.css";

export function Waiting({ since }: { since: string }) {
  const now = useNow();
  return <Figure term="waiting-due-over">{words("row.waiting", { time: duration(now - Date.parse(since)) })}</Figure>;
}

export function Due({ deadline }: { deadline: string | null }) {
  const now = useNow();
  const level = urgency(deadline, now);
  if (!deadline || level === "none") return null;
  const left = Date.parse(deadline) - now;
  const text =
    level === "over" ? words("row.over", { time: duration(-left) }) : words("row.due", { time: duration(left) });
  return (
    <span className={css.due} data-level={level}>
      <Icon name={level === "fine" ? "clock" : "alert"} size={13} />
      <Figure term="waiting-due-over">{text}</Figure>
    </span>
  );
}
