/** The left pane: four lists with their counts, and the chosen one's rows. */
import { Tabs } from "@mantine/core";
import { counted, words } from "../locale/words";
import { Figure, Meaning } from "../components/Figure";
import { LIST_ID } from "../components/names";
import { hashOf } from "../store/route";
import { isSenior } from "../store/control";
import { countRows, isUnread, isWhispered, LIST_NAMES, listRows, type ListName } from "../store/lists";
import { store, useStore } from "../store/store";
import css from "./lists.module.css";
import { Row } from "./Row";

/** More rows than anybody looks through; the page stays quick with thousands. */
const SHOWN = 150;

function ListTab({ name }: { name: ListName }) {
  const loaded = useStore((state) => state.deskLoaded);
  const total = useStore((state) => countRows(state, name).total);
  const unread = useStore((state) => countRows(state, name).unread);
  const marks = name === "mine" && unread > 0;
  return (
    <Tabs.Tab value={name}>
      {words(`list.${name}`)}
      {name !== "all" && loaded && (
        <span className={css.count} data-hot={(name === "queue" && total > 0) || marks}>
          <Figure term="numbers-beside-the-lists">{total}</Figure>
        </span>
      )}
      {marks && (
        <span className="hidden-text">
          , <Figure term="numbers-beside-the-lists">{counted("list.unread", unread)}</Figure>
        </span>
      )}
    </Tabs.Tab>
  );
}

/** Rows of a list, in order; new only when what orders them is. */
export function useRows(name: ListName) {
  useStore((state) => state.rows);
  useStore((state) => state.readMarks);
  useStore((state) => state.woken);
  return listRows(store.get(), name);
}

function Rows({ name, selected }: { name: ListName; selected: string | null }) {
  const rows = useRows(name);
  const loaded = useStore((state) => state.deskLoaded);
  const me = useStore((state) => state.me?.id ?? "");
  const senior = useStore((state) => isSenior(state.me));
  const woken = useStore((state) => state.woken);
  useStore((state) => state.whispers);
  if (!loaded) return <p className={css.empty}>{words("list.loading")}</p>;
  if (rows.length === 0) return <p className={css.empty}>{words(`list.empty.${name}`)}</p>;
  return (
    <ul className={css.rows} aria-label={words("list.label", { list: words(`list.${name}`) })}>
      {rows.slice(0, SHOWN).map((row) => (
        <Row
          key={row.conversation}
          row={row}
          me={me}
          senior={senior}
          selected={row.conversation === selected}
          woken={woken.includes(row.conversation)}
          whispered={isWhispered(store.get(), row)}
          unread={isUnread(store.get(), row) && row.status !== "closed"}
        />
      ))}
      {rows.length > SHOWN && (
        <li className={css.empty}>
          <Figure term="numbers-beside-the-lists">{counted("list.more", rows.length - SHOWN)}</Figure>
        </li>
      )}
    </ul>
  );
}

/** What the numbers of this pane mean; they stand in tabs and rows, where no link can. */
function Meanings() {
  return (
    <p className={css.meanings}>
      <Meaning term="numbers-beside-the-lists">{words("list.meaning.counts")}</Meaning>
      <Meaning term="waiting-due-over">{words("list.meaning.waiting")}</Meaning>
      <a href={hashOf({ page: "inbox" })}>{words("nav.inbox")}</a>
    </p>
  );
}

interface Props {
  name: ListName;
  onName: (name: ListName) => void;
  selected: string | null;
}

export function ListPane({ name, onName, selected }: Props) {
  return (
    <Tabs
      value={name}
      onChange={(value) => onName((value ?? "queue") as ListName)}
      classNames={{ root: css.tabs, list: css.tabList, tab: css.tab, panel: css.panel }}
      keepMounted={false}
    >
      <Tabs.List grow aria-label={words("list.tabs")}>
        {LIST_NAMES.map((one) => (
          <ListTab key={one} name={one} />
        ))}
      </Tabs.List>
      <Tabs.Panel value={name}>
        <div id={LIST_ID} tabIndex={-1} className={css.scroll}>
          <Rows name={name} selected={selected} />
          <Meanings />
        </div>
      </Tabs.Panel>
    </Tabs>
  );
}
