/** The frame around the pages: header, announcements, undo, shortcuts. */
import { Suspense, useEffect } from "react";
import { ActionDialogs } from "../actions/ActionDialogs";
import { OfferBanner } from "../actions/OfferBanner";
import { useAlerts, useTitle } from "../alerts/useAlerts";
import { useKeysDialog } from "../keys/useKeysDialog";
import { words } from "../locale/words";
import { fetchLazyParts, lazily, useIdle } from "../components/lazily";
import { UndoBar } from "../resolve/UndoBar";
import { useRoute, type Route } from "../store/route";
import type { State } from "../store/state";
import { may } from "../store/permissions";
import type { AgentView } from "../wire/frames";
import { useStore } from "../store/store";
import { refreshService, useSignedIn, useStopped } from "../wire/session";
import { Announcer } from "./Announcer";
import { Desk } from "./Desk";
import { Header } from "./Header";
import css from "./shell.module.css";

const ContactsPage = lazily(() => import("../contacts/ContactsPage").then((file) => file.ContactsPage));
const HistoryPage = lazily(() => import("../history/HistoryPage").then((file) => file.HistoryPage));
const CustomersPage = lazily(() => import("../customers/CustomersPage").then((file) => file.CustomersPage));
const LearningPage = lazily(() => import("../learning/LearningPage").then((file) => file.LearningPage));
const CataloguePage = lazily(() => import("../catalogue/CataloguePage").then((file) => file.CataloguePage));
const GlossaryPage = lazily(() => import("../glossary/GlossaryPage").then((file) => file.GlossaryPage));
const AccountsPage = lazily(() => import("../accounts/AccountsPage").then((file) => file.AccountsPage));
const OwnAccountPage = lazily(() => import("../accounts/OwnAccountPage").then((file) => file.OwnAccountPage));
const SecurityPage = lazily(() => import("../security/SecurityPage").then((file) => file.SecurityPage));
const AuditsPage = lazily(() => import("../audits/AuditsPage").then((file) => file.AuditsPage));
const CertificatePage = lazily(() => import("../certificate/CertificatePage").then((file) => file.CertificatePage));
const QueuesPage = lazily(() => import("../queues/QueuesPage").then((file) => file.QueuesPage));
const TemplatesPage = lazily(() => import("../templates/TemplatesPage").then((file) => file.TemplatesPage));
const BoardPage = lazily(() => import("../board/BoardPage").then((file) => file.BoardPage));
const InboxPage = lazily(() => import("../inbox/InboxPage").then((file) => file.InboxPage));
const ReportsPage = lazily(() => import("../reports/ReportsPage").then((file) => file.ReportsPage));
const StoppedBanner = lazily(() => import("../certificate/StoppedBanner").then((file) => file.StoppedBanner));
const MissedOffers = lazily(() => import("./MissedOffers").then((file) => file.MissedOffers));
const BreakReminder = lazily(() => import("../workload/BreakReminder").then((file) => file.BreakReminder));
const UnchosenBanner = lazily(() => import("../certificate/UnchosenBanner").then((file) => file.UnchosenBanner));
const FirstRun = lazily(() => import("../certificate/FirstRun").then((file) => file.FirstRun));
const Palette = lazily(() => import("../palette/Palette").then((file) => file.Palette));
const KeysDialog = lazily(() => import("../keys/KeysDialog").then((file) => file.KeysDialog));

/** Another model or mode may answer now: the badge follows. */
function useService(): void {
  const changed = useStore((state) => state.modelsChanged);
  useEffect(() => {
    if (changed > 0) void refreshService();
  }, [changed]);
}

/** Why the person was set to away, if they were. */
function setAway({ me, agents }: State): Exclude<AgentView["away_because"], "finishing"> {
  const why = me ? (agents[me.id]?.away_because ?? null) : null;
  return why === "finishing" ? null : why;
}

function Page({ route }: { route: Route }) {
  switch (route.page) {
    case "conversations":
      return <Desk selected={route.conversation} />;
    case "contacts":
      return <ContactsPage state={route.state} />;
    case "history":
      return <HistoryPage search={route.search} />;
    case "customers":
      return <CustomersPage customer={route.customer} />;
    case "catalogue":
      return <CataloguePage selected={route.intent} />;
    case "learning":
      return <LearningPage tab={route.tab} />;
    case "glossary":
      return <GlossaryPage term={route.term} />;
    case "accounts":
      return <AccountsPage />;
    case "account":
      return <OwnAccountPage />;
    case "security":
      return <SecurityPage />;
    case "audits":
      return <AuditsPage />;
    case "certificate":
      return <CertificatePage />;
    case "board":
      return <BoardPage />;
    case "inbox":
      return <InboxPage />;
    case "reports":
      return <ReportsPage />;
    case "templates":
      return <TemplatesPage />;
    case "queues":
      return <QueuesPage />;
  }
}

export function Console() {
  useService();
  useAlerts();
  const idle = useIdle();
  useEffect(() => {
    if (idle) fetchLazyParts();
  }, [idle]);
  const route = useRoute();
  const stopped = useStopped();
  const missed = useStore((state) => setAway(state));
  const { me, service } = useSignedIn();
  const choosing = !service.chosen && may(me, "govern_answers");
  const first = choosing && route.page === "conversations";
  const keys = useKeysDialog();
  useTitle(words(`nav.${route.page}`));
  return (
    <div className={css.console}>
      <div>
        <Header page={route.page} onKeys={keys.show} />
        <Suspense>
          {missed && me && <MissedOffers me={me.id} because={missed} />}
          {idle && may(me, "work_conversations") && <BreakReminder />}
        </Suspense>
        <Suspense>
          {stopped && <StoppedBanner />}
          {!service.chosen && !first && <UnchosenBanner choosing={choosing} />}
        </Suspense>
      </div>
      <OfferBanner />
      <Suspense fallback={<p className={css.loading}>{words("learning.loading")}</p>}>
        {first ? <FirstRun /> : <Page route={route} />}
      </Suspense>
      <UndoBar />
      <ActionDialogs />
      <Announcer />
      <Suspense>{idle && may(me, "read_conversations") && <Palette />}</Suspense>
      <Suspense>{(idle || keys.open) && <KeysDialog open={keys.open} onClose={keys.hide} />}</Suspense>
    </div>
  );
}
