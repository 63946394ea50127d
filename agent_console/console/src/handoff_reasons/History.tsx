/** Earlier conversations of the same customer, from REST: they are over and do not change. */
import { moment, words } from "../locale/words";
import { hashOf } from "../store/route";
import type { RowView } from "../wire/frames";
import type { HistoryBody } from "../wire/resources";
import { useResource } from "../wire/useResource";
import css from "./handoff_reasons.module.css";

function Earlier({ row }: { row: RowView }) {
  return (
    <li>
      <a href={hashOf({ page: "conversations", conversation: row.conversation })}>
        <span className={css.earlierText} dir="auto">
          {row.last_text || words("row.noText")}
        </span>
        <span className={css.nearFoot}>
          <time dateTime={row.last_at ?? undefined}>{row.last_at ? moment(row.last_at) : ""}</time> ·{" "}
          {row.outcome ? (
            <span title={words(`outcome.${row.outcome}.hint`)}>{words(`outcome.${row.outcome}`)}</span>
          ) : (
            words(`status.${row.status}`)
          )}
        </span>
      </a>
    </li>
  );
}

export function History({ conversation }: { conversation: string }) {
  const { value, error } = useResource<HistoryBody>(`conversations/${encodeURIComponent(conversation)}/history`);
  if (error) return <p className={css.quiet}>{words("grounds.history.failed")}</p>;
  const rows = value?.conversations ?? [];
  if (!value) return null;
  if (rows.length === 0) return <p className={css.quiet}>{words("grounds.history.none")}</p>;
  return (
    <ul className={css.earlier}>
      {rows.map((row) => (
        <Earlier key={row.conversation} row={row} />
      ))}
    </ul>
  );
}
