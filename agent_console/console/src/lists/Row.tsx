/** One conversation in a list: who, what they last said, why it is here, how long already. */
import { memo } from "react";
import { age, words } from "../locale/words";
import { Chip } from "../components/Chip";
import { Due, Waiting } from "../components/Due";
import { Icon } from "../components/Icon";
import { useNow } from "../components/now";
import { customerName, rowId } from "../components/names";
import { hashOf } from "../store/route";
import type { RowView } from "../wire/frames";
import css from "./lists.module.css";

interface Props {
  row: RowView;
  me: string;
  selected: boolean;
  unread: boolean;
}

function Age({ at }: { at: string }) {
  const now = useNow();
  return <time dateTime={at}>{age(now - Date.parse(at))}</time>;
}

function Standing({ row, me }: { row: RowView; me: string }) {
  if (row.status === "waiting")
    return <Chip tone="ember">{row.reason ? words(`reason.${row.reason}`) : words("status.waiting")}</Chip>;
  if (row.status === "bot") return <Chip tone="sea">{words("status.bot")}</Chip>;
  if (row.status === "closed")
    return <Chip>{row.outcome ? words(`outcome.${row.outcome}`) : words("status.closed")}</Chip>;
  if (row.held) return <Chip tone="sand">{words("row.held")}</Chip>;
  if (row.snoozed_until) return <Chip tone="sand">{words("row.snoozed")}</Chip>;
  if (row.agent_id !== me) return <Chip>{row.agent_name ?? words("status.assigned")}</Chip>;
  return row.reason ? <Chip>{words(`reason.${row.reason}`)}</Chip> : null;
}

function LastWords({ row }: { row: RowView }) {
  const author = row.last_author;
  return (
    <p className={css.text} dir="auto">
      {(author === "bot" || author === "agent") && <span className={css.author}>{words(`row.author.${author}`)} </span>}
      {row.last_text || words("row.noText")}
    </p>
  );
}

export const Row = memo(function Row({ row, me, selected, unread }: Props) {
  const waits = row.status === "waiting" && row.waiting_since;
  return (
    <li>
      <a
        id={rowId(row.conversation)}
        className={css.row}
        href={hashOf({ page: "conversations", conversation: row.conversation })}
        aria-current={selected ? "true" : undefined}
        data-unread={unread}
      >
        <span className={css.top}>
          {unread && (
            <span className={css.dot}>
              <span className="hidden-text">{words("row.unread")}</span>
            </span>
          )}
          <strong>{customerName(row.customer)}</strong>
          <span className={css.locale}>{row.locale}</span>
          <span className={css.when}>
            {waits ? <Waiting since={waits} /> : row.last_at && <Age at={row.last_at} />}
          </span>
        </span>
        <LastWords row={row} />
        <span className={css.foot}>
          <Standing row={row} me={me} />
          {row.status === "waiting" && <Due deadline={row.deadline} />}
          {row.status === "assigned" && row.agent_id === me && unread && (
            <span className={css.fresh}>
              <Icon name="alert" size={12} />
              {words("row.unread")}
            </span>
          )}
        </span>
      </a>
    </li>
  );
});
