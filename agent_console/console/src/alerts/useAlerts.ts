/** While mounted: alert to what happens on the desk, and count it in the tab's title. */
import { useEffect } from "react";
import { words } from "../locale/words";
import { countLooks, isRinging } from "../store/lists";
import { currentConversation } from "../store/route";
import { store, useStore } from "../store/store";
import { alertTo } from "./alert";
import { isSeen, newsBetween } from "./news";
import { claim } from "./oneTab";
import { isOn, wants } from "./settings";
import { play } from "./sound";

/** The conversation that is seen in this tab now. */
function watched(): string | null {
  return document.visibilityState === "visible" ? currentConversation() : null;
}

function listen(): () => void {
  let before = store.get();
  return store.subscribe(() => {
    const after = store.get();
    const all = newsBetween(before, after);
    before = after;
    if (all.length === 0) return;
    const here = watched();
    for (const news of all) if (isSeen(news, here)) void claim(news.key); // the other tabs keep quiet
    void alertTo(all.filter((news) => !isSeen(news, here)));
  });
}

const RING_EVERY_MS = 6_000;

/** What is proposed rings in one tab until it is answered or has run out. */
function ring(): void {
  const { rows, me, skew } = store.get();
  const now = Date.now();
  if (!isRinging(rows, me?.id ?? null, now + skew) || !isOn("sound") || !wants("offer")) return;
  void claim(`ring.${Math.floor(now / RING_EVERY_MS)}`).then((mine) => mine && play("offer"));
}

function keepRinging(): () => void {
  const timer = setInterval(ring, RING_EVERY_MS);
  return () => clearInterval(timer);
}

export function useAlerts(): void {
  useEffect(listen, []);
  useEffect(keepRinging, []);
}

/** The title counts what wants a look. */
export function useTitle(page: string): void {
  const count = useStore(countLooks);
  useEffect(() => {
    document.title = count > 0 ? words("title.waiting", { page, count }) : words("title", { page });
  }, [page, count]);
}
