/** Keeps the drafts of one conversation the same on every device of this person, and says which colleagues have one. */
import "../locale/pages";
import { useCallback, useEffect, useRef, useState } from "react";
import { words } from "../locale/words";
import { draftKey, readText, usePreference, writeText, type DraftKind } from "../store/preferences";
import { store, useStore } from "../store/store";
import type { DraftListBody } from "../wire/resources";
import { rest } from "../wire/rest";
import css from "./composer.module.css";
import { verdict, type Kept } from "./draftSync";

const SEND_AFTER_MS = 1_000;
const TYPING_MS = 5_000;
/** A hint that somebody writes fades after five seconds: then there may be a draft. */
const LOOK_AFTER_MS = 6_000;

type Others = DraftListBody["others"];

const pathOf = (conversation: string): string => `conversations/${encodeURIComponent(conversation)}/drafts`;

/** One draft: sends what was typed a second ago, and takes what is newer; `kept` is undefined until it was read. */
function useOneDraft(conversation: string, kind: DraftKind, kept: Kept | null | undefined, read: number): void {
  const key = draftKey(conversation, kind);
  const [text] = usePreference<string>(key, "");
  const base = useRef<Kept | null>(null);
  const edited = useRef({ text, at: 0 });
  const busy = useRef(false);
  const send = useCallback((): void => {
    const said = readText(key) ?? "";
    if (busy.current || said === (base.current?.text ?? "")) return;
    busy.current = true;
    void rest<{ at: string | null }>("PUT", pathOf(conversation), { kind, text: said })
      .then(({ at }) => void (base.current = at === null ? null : { text: said, at }))
      .catch(() => undefined) // the browser keeps it, and the next change or look tries again
      .finally(() => void (busy.current = false));
  }, [conversation, key, kind]);
  if (edited.current.text !== text) edited.current = { text, at: Date.now() };
  useEffect(() => {
    const timer = setTimeout(send, SEND_AFTER_MS);
    return () => clearTimeout(timer);
  }, [text, send]);
  useEffect(() => {
    if (kept === undefined || busy.current) return;
    const { at } = edited.current;
    const here = { text: readText(key) ?? "", base: base.current, editedAt: at + store.get().skew };
    const what = verdict({ ...here, typing: Date.now() - at < TYPING_MS }, kept);
    if (what === "take") {
      edited.current = { text: kept?.text ?? "", at: 0 };
      writeText(key, kept?.text ?? null);
    }
    base.current = kept;
    if (what === "send") send();
  }, [kept, read, key, send]);
  useEffect(() => {
    const leave = (): void => {
      if (document.visibilityState === "hidden") send();
    };
    document.addEventListener("visibilitychange", leave);
    return () => {
      document.removeEventListener("visibilitychange", leave);
      send();
    };
  }, [send]);
}

/** Reads when the conversation is shown, the tab comes back, control changes, and after a colleague has written. */
function useKept(conversation: string, epoch: number): { list: DraftListBody | null; read: number } {
  const [state, setState] = useState<{ list: DraftListBody | null; read: number }>({ list: null, read: 0 });
  const link = useStore((all) => all.link);
  const writing = useStore((all) => (all.typing[conversation]?.who === "agent" ? all.typing[conversation].until : 0));
  useEffect(() => {
    let wanted = true;
    const look = (): void => {
      if (document.visibilityState !== "visible") return;
      rest<DraftListBody>("GET", pathOf(conversation)).then(
        (list) => wanted && setState(({ read }) => ({ list, read: read + 1 })),
        () => undefined,
      );
    };
    look();
    const later = writing > 0 ? setTimeout(look, LOOK_AFTER_MS) : undefined;
    document.addEventListener("visibilitychange", look);
    return () => {
      wanted = false;
      clearTimeout(later);
      document.removeEventListener("visibilitychange", look);
    };
  }, [conversation, epoch, link, writing]);
  return state;
}

function Told({ others }: { others: Others }) {
  if (others.length === 0) return null;
  return (
    <ul className={css.drafts} aria-live="polite">
      {others.map((one) => (
        <li key={one.name + one.kind}>{words(`drafts.other.${one.kind}`, { name: one.name })}</li>
      ))}
    </ul>
  );
}

export function Drafts({ conversation, epoch }: { conversation: string; epoch: number }) {
  const { list, read } = useKept(conversation, epoch);
  const own = (kind: DraftKind): Kept | null | undefined =>
    list === null ? undefined : (list.own.find((one) => one.kind === kind) ?? null);
  useOneDraft(conversation, "reply", own("reply"), read);
  useOneDraft(conversation, "note", own("note"), read);
  return <Told others={list?.others ?? []} />;
}
