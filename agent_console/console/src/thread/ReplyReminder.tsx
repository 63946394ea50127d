/** Half of the time for a first reply is over: the agent reads how much is left, and what comes then. */
import "../locale/pages";
import { Due } from "../components/Due";
import { useNow } from "../components/now";
import { words } from "../locale/words";
import { useStore } from "../store/store";
import css from "./reminder.module.css";

export function ReplyReminder({ conversation }: { conversation: string }) {
  const row = useStore((state) => state.rows[conversation] ?? null);
  const now = useNow();
  if (!row?.reply_by || !row.remind_at || now < Date.parse(row.remind_at)) return null;
  return (
    <p className={css.reminder} role="status">
      <span>{words("reply.reminder")}</span>
      <span aria-hidden="true">
        <Due deadline={row.reply_by} soon={row.remind_at} what="reply" />
      </span>
    </p>
  );
}
