/** One conversation in a list: who, what they last said, why it is here, how long already. */
import { memo } from "react";
import { age, customersLanguage, moment, words } from "../locale/words";
import { Chip } from "../components/Chip";
import { Due, ServiceLevel, Waiting } from "../components/Due";
import { Icon } from "../components/Icon";
import { MenuButton } from "../components/MenuButton";
import { useNow } from "../components/now";
import { customerName, rowId } from "../components/names";
import { hashOf } from "../store/route";
import type { RowView } from "../wire/frames";
import css from "./lists.module.css";

/** The queue every handoff goes to; only another one is worth a word. */
const GENERAL = "general";

interface Props {
  row: RowView;
  me: string;
  /** Whether the reader is a supervisor. */
  senior: boolean;
  selected: boolean;
  unread: boolean;
  /** Whether its snooze has ended and nobody has looked since. */
  woken: boolean;
  /** Whether there is a whisper to the reader that they have not seen. */
  whispered: boolean;
}

export function Age({ at }: { at: string }) {
  const now = useNow();
  return <time dateTime={at}>{age(now - Date.parse(at))}</time>;
}

export function Standing({ row, me, woken, whispered }: Pick<Props, "row" | "me" | "woken" | "whispered">) {
  if (row.status === "waiting")
    return <Chip tone="ember">{row.reason ? words(`reason.${row.reason}`) : words("status.waiting")}</Chip>;
  if (row.status === "bot") return <Chip tone="sea">{words("status.bot")}</Chip>;
  if (row.status === "closed")
    return row.outcome ? (
      <Chip title={words(`outcome.${row.outcome}.hint`)}>{words(`outcome.${row.outcome}`)}</Chip>
    ) : (
      <Chip>{words("status.closed")}</Chip>
    );
  if (whispered) return <Chip tone="ember">{words("row.whispered")}</Chip>;
  if (row.held) return <Chip tone="sand">{words("row.held")}</Chip>;
  if (row.snoozed_until) return <Chip tone="sand">{words("row.snoozed", { time: moment(row.snoozed_until) })}</Chip>;
  if (woken) return <Chip tone="ember">{words("row.woken")}</Chip>;
  if (row.agent_id !== me) return <Chip>{row.agent_name ?? words("status.assigned")}</Chip>;
  return <Chip>{words(row.reason ? `reason.${row.reason}` : "thread.owner.you")}</Chip>;
}

/** What the model guesses it is about; nothing where guesses are hidden. */
export function Intent({ row }: { row: RowView }) {
  if (!row.intent || row.status === "closed") return null;
  return <Chip title={words("row.intent.hint")}>{words("row.intent", { intent: row.intent })}</Chip>;
}

export function LastWords({ row }: { row: RowView }) {
  const author = row.last_author;
  return (
    <p className={css.text} dir="auto">
      {(author === "bot" || author === "agent") && <bdi className={css.author}>{words(`row.author.${author}`)} </bdi>}
      {row.last_text || words("row.noText")}
    </p>
  );
}

const fetchItems = () => import("../actions/RowMenuItems").then((file) => file.RowMenuItems);

/** For supervisors, beside the link: what can be done without opening the conversation. */
function RowMenu({ row }: { row: RowView }) {
  const label = words("row.actions", { customer: customerName(row) });
  const button = (
    <button type="button" className={css.more} aria-label={label}>
      <Icon name="dots" size={14} />
    </button>
  );
  return (
    <MenuButton button={button} fetchItems={fetchItems} whenIdle={false}>
      {(RowMenuItems) => <RowMenuItems row={row} />}
    </MenuButton>
  );
}

export const Row = memo(function Row({ row, me, senior, selected, unread, woken, whispered }: Props) {
  const waits = row.status === "waiting" && row.waiting_since;
  const hasMenu = senior && (row.status === "waiting" || (row.status === "assigned" && row.agent_id !== me));
  return (
    <li className={css.item} data-menu={hasMenu}>
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
          <strong dir="auto">{customerName(row)}</strong>
          <span className={css.locale}>{customersLanguage(row.language, row.locale)}</span>
          <span className={css.when}>
            {waits ? <Waiting since={waits} /> : row.last_at && <Age at={row.last_at} />}
          </span>
        </span>
        <LastWords row={row} />
        <span className={css.foot}>
          <Standing row={row} me={me} woken={woken} whispered={whispered} />
          <Intent row={row} />
          {row.queue !== GENERAL && row.status === "waiting" && <Chip>{words("row.queue", { queue: row.queue })}</Chip>}
          {row.status === "waiting" && !row.sla && <Due deadline={row.deadline} />}
          <Due deadline={row.reply_by} soon={row.remind_at} what="reply" />
          {row.sla && !row.reply_by && <ServiceLevel sla={row.sla} />}
          {row.status === "assigned" && row.agent_id === me && unread && (
            <span className={css.fresh}>
              <Icon name="alert" size={12} />
              {words("row.unread")}
            </span>
          )}
        </span>
      </a>
      {hasMenu && <RowMenu row={row} />}
    </li>
  );
});
