/** The conversations page: lists, thread, grounds, and the keys that work across them. */
import { ActionIcon, Button } from "@mantine/core";
import { Suspense, useEffect, useState } from "react";
import { useRows, ListPane } from "../lists/ListPane";
import { words } from "../locale/words";
import { Icon } from "../components/Icon";
import { focusById, focusNext } from "../components/focus";
import { lazily } from "../components/lazily";
import { COMPOSER_ID, GROUNDS_ID, GROUNDS_TOGGLE_ID, LIST_ID, rowId } from "../components/names";
import { belongs, listRows, neighbour, type ListName } from "../store/lists";
import { usePreference, type DraftKind } from "../store/preferences";
import { openConversation } from "../store/route";
import { store, useStore } from "../store/store";
import { ThreadPane } from "../thread/ThreadPane";
import { useDeskKeys } from "./deskKeys";
import css from "./shell.module.css";

const HandoffReasons = lazily(() => import("../handoff_reasons/HandoffReasons").then((file) => file.HandoffReasons));

/**
 * Focus goes back to the row, or to the list where the row has left it. It leaves where it was at once: a key pressed
 * before the next frame is a shortcut already, not a letter in the composer.
 */
export function focusList(conversation: string | null): void {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  focusNext(() => {
    const row = conversation ? document.getElementById(rowId(conversation)) : null;
    return row ?? document.getElementById(LIST_ID);
  });
}

/** Once a resolution is stored: close the step, go on to the next if asked, give focus back to the list. */
function useAfterResolution(list: ListName, selected: string | null, close: () => void): void {
  const done = useStore((state) => (state.resolution?.doneAt ? state.resolution : null));
  const rows = useRows(list);
  const [before, setBefore] = useState<string | null>(null);
  const following = neighbour(rows, selected, 1);
  useEffect(() => {
    const row = selected ? store.get().rows[selected] : undefined;
    if (row && belongs(list, row, store.get().me?.id))
      setBefore(following === selected ? neighbour(rows, selected, -1) : following);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- rows are new at every render
  }, [following, selected, list, rows.length]);
  useEffect(() => {
    if (!done) return;
    close();
    const next = before !== done.conversation ? before : null;
    if (done.next) openConversation(next ?? listRows(store.get(), "queue")[0]?.conversation ?? null);
    focusList(done.next ? next : done.conversation);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once for each resolution
  }, [done?.ref]);
}

/** No conversation is chosen, as there is none in the list or nobody has yet. */
function Nothing({ empty }: { empty: boolean }) {
  const longest = useStore((state) => listRows(state, "queue")[0]?.conversation ?? null);
  return (
    <div className={css.nothing}>
      {!empty && <p>{words("thread.none")}</p>}
      <p className={`${css.hint} key-hint`}>{words("thread.none.keys")}</p>
      {longest && (
        <Button variant="default" onClick={() => openConversation(longest)}>
          {words("thread.none.first")}
        </Button>
      )}
    </div>
  );
}

export function Desk({ selected }: { selected: string | null }) {
  const [list, setList] = usePreference<ListName>("list", "queue");
  const [resolving, setResolving] = useState<string | null>(null);
  const [grounds, setGrounds] = useState(false);
  const [kind, setKind] = useState<DraftKind>("reply");
  const rows = useRows(list);
  const close = (): void => setResolving(null);
  useAfterResolution(list, selected, close);
  useEffect(() => {
    setResolving((one) => (one === selected ? one : null));
    setKind("reply");
  }, [selected]);
  const write = (next: DraftKind): void => {
    close();
    setKind(next);
    focusById(COMPOSER_ID);
  };
  const showGrounds = (open: boolean): void => {
    setGrounds(open);
    focusById(open ? GROUNDS_ID : GROUNDS_TOGGLE_ID);
  };
  const leave = (): void => (grounds ? showGrounds(false) : focusList(selected));
  useDeskKeys({ rows, onResolve: setResolving, onWrite: write, onLeave: leave });
  return (
    <main className={css.desk} data-selected={selected !== null}>
      <h1 className="hidden-text">{words("nav.conversations")}</h1>
      <section className={`${css.pane} ${css.list}`} aria-label={words("list.tabs")}>
        <ListPane name={list} onName={setList} selected={selected} />
      </section>
      <section className={`${css.pane} ${css.thread}`} aria-label={words("nav.conversations")}>
        {selected ? (
          <ThreadPane
            key={selected}
            conversation={selected}
            resolving={resolving === selected}
            kind={kind}
            onKind={setKind}
            onResolving={(open) => {
              setResolving(open ? selected : null);
              if (!open) focusList(selected);
            }}
            grounds={grounds}
            onGrounds={() => showGrounds(!grounds)}
          />
        ) : (
          <Nothing empty={rows.length === 0} />
        )}
      </section>
      {selected && (
        <aside
          id={GROUNDS_ID}
          className={`${css.pane} ${css.grounds}`}
          data-open={grounds}
          aria-label={words("grounds.title")}
          tabIndex={0}
        >
          <div className={css.groundsClose}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={words("dialog.close")}
              onClick={() => showGrounds(false)}
            >
              <Icon name="close" />
            </ActionIcon>
          </div>
          <Suspense fallback={<p className={css.loading}>{words("learning.loading")}</p>}>
            <HandoffReasons conversation={selected} resolving={resolving === selected} />
          </Suspense>
        </aside>
      )}
    </main>
  );
}
