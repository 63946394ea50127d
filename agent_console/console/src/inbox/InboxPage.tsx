/** Every view of the open conversations with its count, saved views, and what is done with several at once. */
import "../locale/pages";
import "@mantine/core/styles/Checkbox.layer.css";
import { Checkbox } from "@mantine/core";
import { useState } from "react";
import { Chip } from "../components/Chip";
import { Waiting } from "../components/Due";
import { Figure, Meaning } from "../components/Figure";
import { customerName } from "../components/names";
import { Page } from "../components/Page";
import { counted, customersLanguage, moment, words } from "../locale/words";
import { Age, Intent, LastWords, Standing } from "../lists/Row";
import { isUnread, isWhispered } from "../store/lists";
import { hashOf } from "../store/route";
import { useStore } from "../store/store";
import type { RowView } from "../wire/frames";
import type { SavedViewsBody, ViewFilterBody } from "../wire/resources";
import { useResource } from "../wire/useResource";
import { Bulk } from "./Bulk";
import { Filter } from "./Filter";
import css from "./inbox.module.css";
import { filterOf, fits, rowsOf, testOf, type View } from "./views";
import { SaveView, Views } from "./Views";

const SHOWN = 100;

interface RowProps {
  row: RowView;
  me: string;
  picked: boolean;
  onPick: (picked: boolean) => void;
}

function InboxRow({ row, me, picked, onPick }: RowProps) {
  const unread = useStore((state) => row.status !== "closed" && isUnread(state, row));
  const woken = useStore((state) => state.woken.includes(row.conversation));
  const whispered = useStore((state) => isWhispered(state, row));
  const name = customerName(row);
  return (
    <li className={css.row} data-unread={unread}>
      <Checkbox
        size="xs"
        aria-label={words("inbox.pick", { customer: name })}
        checked={picked}
        disabled={row.status === "closed"}
        onChange={(event) => onPick(event.currentTarget.checked)}
      />
      <a href={hashOf({ page: "conversations", conversation: row.conversation })}>
        <span className={css.top}>
          <strong dir="auto">{name}</strong>
          <span className={css.locale}>{customersLanguage(row.language, row.locale)}</span>
          <Standing row={row} me={me} woken={woken} whispered={whispered} />
          {row.follow_up && <Chip tone="sand">{words("row.followUp", { time: moment(row.follow_up.at) })}</Chip>}
          <Intent row={row} />
          <span className={css.when}>
            {row.status === "waiting" && row.waiting_since ? (
              <Waiting since={row.waiting_since} />
            ) : (
              row.last_at && <Age at={row.last_at} />
            )}
          </span>
        </span>
        <LastWords row={row} />
      </a>
    </li>
  );
}

function Rows({
  rows,
  picked,
  onPicked,
}: {
  rows: readonly RowView[];
  picked: readonly string[];
  onPicked: (ids: string[]) => void;
}) {
  const me = useStore((state) => state.me?.id ?? "");
  const shown = rows.slice(0, SHOWN);
  const open = shown.filter((row) => row.status !== "closed").map((row) => row.conversation);
  if (rows.length === 0) return <p className={css.quiet}>{words("inbox.empty")}</p>;
  return (
    <>
      <Checkbox
        size="xs"
        label={words("inbox.pick.all")}
        disabled={open.length === 0}
        checked={open.length > 0 && open.every((id) => picked.includes(id))}
        onChange={(event) => onPicked(event.currentTarget.checked ? open : [])}
      />
      <ul className={css.rows} aria-label={words("nav.conversations")}>
        {shown.map((row) => (
          <InboxRow
            key={row.conversation}
            row={row}
            me={me}
            picked={picked.includes(row.conversation)}
            onPick={(on) =>
              onPicked(on ? [...picked, row.conversation] : picked.filter((id) => id !== row.conversation))
            }
          />
        ))}
      </ul>
      {rows.length > SHOWN && (
        <p className={css.quiet}>
          <Figure term="numbers-beside-the-lists">{counted("list.more", rows.length - SHOWN)}</Figure>
        </p>
      )}
    </>
  );
}

export function InboxPage() {
  const { value, reload } = useResource<SavedViewsBody>("saved-views");
  const saved = value?.views ?? [];
  const [view, setView] = useState<View>({ kind: "built_in", name: "mine" });
  const [filter, setFilter] = useState<ViewFilterBody | null>(null);
  const [picked, setPicked] = useState<readonly string[]>([]);
  const rows = useStore((state) => state.rows);
  const readMarks = useStore((state) => state.readMarks);
  const mentions = useStore((state) => state.mentions);
  const me = useStore((state) => state.me);
  const known = { rows, readMarks, mentions, me };
  const test = filter ? (row: RowView) => fits(filter, known, row) : testOf(view, known, saved);
  const found = rowsOf(known, test);
  const selected = found.filter((row) => picked.includes(row.conversation) && row.status !== "closed");
  const show = (next: View): void => {
    setView(next);
    setFilter(null);
    setPicked([]);
  };
  return (
    <Page title={words("nav.inbox")} width="wide">
      <div className={css.inbox}>
        <Views view={view} saved={saved} onView={show} onSaved={reload} />
        <div className={css.list}>
          <details className={css.narrow}>
            <summary>{words("inbox.filter")}</summary>
            <Filter
              filter={filter ?? filterOf(view, saved)}
              onChange={(change) => setFilter({ ...(filter ?? filterOf(view, saved)), ...change })}
            />
            <SaveView filter={filter ?? filterOf(view, saved)} onSaved={reload} />
          </details>
          <Bulk any={found.length > 0} selected={selected} onDone={() => setPicked([])} />
          <Rows rows={found} picked={picked} onPicked={setPicked} />
          <p className={css.quiet}>
            <Meaning term="numbers-beside-the-lists">{words("list.meaning.counts")}</Meaning>{" "}
            <Meaning term="waiting-due-over">{words("list.meaning.waiting")}</Meaning>{" "}
            <a href={hashOf({ page: "history", search: "" })}>{words("inbox.older")}</a>
          </p>
        </div>
      </div>
    </Page>
  );
}
