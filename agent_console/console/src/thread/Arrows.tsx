/**
 * Keys in a thread. It is one stop of Tab, however long: arrows go from entry to entry, and only the links and buttons
 * of the entry that had the focus last are stops. A file of its own, as nothing of it is seen.
 */
import { useEffect } from "react";
import { THREAD_ID } from "../components/names";
import { entryAfter } from "./entryAfter";

const ENTRIES = ":scope > * > :is(article, [data-action])";
const STOPS = ":is(a[href], button)";
const TYPED_IN = "textarea, input";

/** Moves the focus by keys for as long as nobody calls what it returns. */
function rove(box: HTMLElement): () => void {
  let current: HTMLElement | null = null;
  const entries = (): HTMLElement[] => [...box.querySelectorAll<HTMLElement>(ENTRIES)];
  const setStops = (): void => {
    for (const entry of entries()) {
      entry.tabIndex = -1;
      for (const stop of entry.querySelectorAll<HTMLElement>(STOPS)) stop.tabIndex = entry === current ? 0 : -1;
    }
  };
  const onFocus = ({ target }: FocusEvent): void => {
    const entry = entries().find((one) => one.contains(target as Node));
    if (!entry || entry === current) return;
    current = entry;
    setStops();
  };
  const onKey = (event: KeyboardEvent): void => {
    const typed = (event.target as Element).closest(TYPED_IN) !== null;
    if (typed || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const all = entries();
    const next = all[entryAfter(event.key, current ? all.indexOf(current) : -1, all.length, event.target === box)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  };
  const changes = new MutationObserver(setStops);
  changes.observe(box, { childList: true, subtree: true });
  box.addEventListener("focusin", onFocus);
  box.addEventListener("keydown", onKey);
  setStops();
  return () => {
    changes.disconnect();
    box.removeEventListener("focusin", onFocus);
    box.removeEventListener("keydown", onKey);
  };
}

export function Arrows() {
  useEffect(() => {
    const box = document.getElementById(THREAD_ID);
    return box ? rove(box) : undefined;
  }, []);
  return null;
}
