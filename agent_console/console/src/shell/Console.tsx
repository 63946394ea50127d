/** The frame around the pages: header, announcements, undo, shortcuts. */
import { useEffect } from "react";
import { KeysDialog, useKeysDialog } from "../keys/KeysDialog";
import { LearningPage } from "../learning/LearningPage";
import { words } from "../locale/words";
import { UndoBar } from "../resolve/UndoBar";
import { countRows } from "../store/lists";
import { useRoute } from "../store/route";
import { useStore } from "../store/store";
import { refreshService } from "../wire/session";
import { Announcer } from "./Announcer";
import { Desk } from "./Desk";
import { Header } from "./Header";
import css from "./shell.module.css";

function useTitle(page: string): void {
  const count = useStore((state) => countRows(state, "queue").total);
  useEffect(() => {
    document.title = count > 0 ? words("title.waiting", { page, count }) : words("title", { page });
  }, [page, count]);
}

/** Another model or mode may answer now: the badge follows. */
function useService(): void {
  const changed = useStore((state) => state.modelsChanged);
  useEffect(() => {
    if (changed > 0) void refreshService();
  }, [changed]);
}

export function Console() {
  useService();
  const route = useRoute();
  const keys = useKeysDialog();
  useTitle(words(route.page === "learning" ? "nav.learning" : "nav.conversations"));
  return (
    <div className={css.console}>
      <Header page={route.page} onKeys={keys.show} />
      {route.page === "learning" ? <LearningPage tab={route.tab} /> : <Desk selected={route.conversation} />}
      <UndoBar />
      <Announcer />
      <KeysDialog open={keys.open} onClose={keys.hide} />
    </div>
  );
}
