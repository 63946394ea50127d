/** What answers now, what is being trained, and what it learns from. */
import "../locale/pages";
import { words } from "../locale/words";
import { Page, PageTabs } from "../components/Page";
import { may } from "../store/permissions";
import { hashOf, type LearningTab } from "../store/route";
import { useSignedIn } from "../wire/session";
import { ExamplesTab } from "./ExamplesTab";
import css from "./learning.module.css";
import { ModelsTab } from "./ModelsTab";
import { RunsTab } from "./RunsTab";

const TABS: readonly LearningTab[] = ["models", "runs", "examples"];

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
  const mayChange = may(me, "train");
  const tabs = TABS.map((one) => ({
    href: hashOf({ page: "learning", tab: one }),
    current: one === tab,
    name: words(`learning.${one}`),
  }));
  return (
    <Page
      title={words("learning.title")}
      width="wide"
      head={
        <>
          <PageTabs label={words("learning.tabs")} tabs={tabs} />
          {!mayChange && <p className={css.quiet}>{words("learning.readOnly")}</p>}
        </>
      }
    >
      <Tab tab={tab} mayChange={mayChange} />
    </Page>
  );
}
