/** While mounted: alert to what happens on the desk, and count it in the tab's title. */
import { useEffect } from "react";
import { words } from "../locale/words";
import { countLooks } from "../store/lists";
import { currentConversation } from "../store/route";
import { store, useStore } from "../store/store";
import { alertTo } from "./alert";
import { isSeen, newsBetween } from "./news";
import { claim } from "./oneTab";

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

export function useAlerts(): void {
  useEffect(listen, []);
}

/** The title counts what wants a look. */
export function useTitle(page: string): void {
  const count = useStore(countLooks);
  useEffect(() => {
    document.title = count > 0 ? words("title.waiting", { page, count }) : words("title", { page });
  }, [page, count]);
}
