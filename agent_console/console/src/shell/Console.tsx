/** The frame around the pages: header, announcements, undo, shortcuts. */
import { Suspense, useEffect } from "react";
import { useKeysDialog } from "../keys/useKeysDialog";
import { words } from "../locale/words";
import { fetchLazyParts, lazily, useIdle } from "../components/lazily";
import { UndoBar } from "../resolve/UndoBar";
import { countRows } from "../store/lists";
import { useRoute } from "../store/route";
import { useStore } from "../store/store";
import { refreshService } from "../wire/session";
import { Announcer } from "./Announcer";
import { Desk } from "./Desk";
import { Header } from "./Header";
import css from "./shell.module.css";

const LearningPage = lazily(() => import("../learning/LearningPage").then((file) => file.LearningPage));
const KeysDialog = lazily(() => import("../keys/KeysDialog").then((file) => file.KeysDialog));

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
  const idle = useIdle();
  useEffect(() => {
    if (idle) fetchLazyParts();
  }, [idle]);
  const route = useRoute();
  const keys = useKeysDialog();
  useTitle(words(route.page === "learning" ? "nav.learning" : "nav.conversations"));
  return (
    <div className={css.console}>
      <Header page={route.page} onKeys={keys.show} />
      {route.page === "learning" ? (
        <Suspense fallback={<p className={css.loading}>{words("learning.loading")}</p>}>
          <LearningPage tab={route.tab} />
        </Suspense>
      ) : (
        <Desk selected={route.conversation} />
      )}
      <UndoBar />
      <Announcer />
      <Suspense>{(idle || keys.open) && <KeysDialog open={keys.open} onClose={keys.hide} />}</Suspense>
    </div>
  );
}
