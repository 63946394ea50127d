/** What answers now, what is being trained, and what it learns from. */
import "../locale/pages";
import { words } from "../locale/words";
import { hashOf, type LearningTab } from "../store/route";
import { useSignedIn } from "../wire/session";
import { ExamplesTab } from "./ExamplesTab";
import css from "./learning.module.css";
import { ModelsTab } from "./ModelsTab";
import { RunsTab } from "./RunsTab";

const TABS: readonly LearningTab[] = ["models", "runs", "examples"];
const MAY_CHANGE = ["trainer", "supervisor", "admin"];

function Tab({ tab, mayChange }: { tab: LearningTab; mayChange: boolean }) {
  switch (tab) {
    case "models":
      return <ModelsTab mayChange={mayChange} />;
    case "runs":
      return <RunsTab mayChange={mayChange} />;
    case "examples":
      return <ExamplesTab mayChange={mayChange} />;
  }
}

export function LearningPage({ tab }: { tab: LearningTab }) {
  const { me } = useSignedIn();
  const mayChange = MAY_CHANGE.includes(me.role);
  return (
    <main className={css.page}>
      <div className={css.column}>
        <header className={css.head}>
          <h1>{words("learning.title")}</h1>
          <nav className={css.tabs} aria-label={words("learning.tabs")}>
            {TABS.map((one) => (
              <a
                key={one}
                href={hashOf({ page: "learning", tab: one })}
                aria-current={one === tab ? "page" : undefined}
              >
                {words(`learning.${one}`)}
              </a>
            ))}
          </nav>
          {!mayChange && <p className={css.quiet}>{words("learning.readOnly")}</p>}
        </header>
        <Tab tab={tab} mayChange={mayChange} />
      </div>
    </main>
  );
}
