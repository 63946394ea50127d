/** Name, pages, connection, mode, presence and the person's own menu. */
import { useContactCounts } from "../contacts/counts";
import { asShare, counted, words, type Phrase } from "../locale/words";
import { Figure } from "../components/Figure";
import { Hint } from "../components/Hint";
import { Icon, Mark } from "../components/Icon";
import { hashOf, type Route } from "../store/route";
import { may } from "../store/permissions";
import { useStore } from "../store/store";
import { retryLive } from "../wire/live";
import type { CertificateBody } from "../wire/resources";
import { useSignedIn, useStopped } from "../wire/session";
import { useResource } from "../wire/useResource";
import { AccountMenu } from "./AccountMenu";
import { useLinkWords } from "./linkWords";
import { PresenceMenu } from "./PresenceMenu";
import css from "./header.module.css";

function LinkState() {
  const link = useStore((state) => state.link);
  const label = useLinkWords();
  if (link !== "reconnecting") {
    return (
      <span className={css.link} data-link={link}>
        <span className={css.lamp} />
        {label}
      </span>
    );
  }
  return (
    <button type="button" className={css.link} data-link={link} onClick={retryLive}>
      <Icon name="retry" size={14} />
      {label}
    </button>
  );
}

const ICONS = { stopped: "alert", proven: "check", strict: "lock", provisional: "info", shadow: "info" } as const;

/** What is proven of the automatic answers, in a word that leads to the certificate. */
function ProofBadge() {
  const { mode } = useSignedIn().service;
  const stopped = useStopped();
  const changed = useStore((state) => state.modelsChanged);
  const { value } = useResource<CertificateBody>("certificate", changed);
  const standing = stopped ? "stopped" : value?.proven && mode !== "shadow" ? "proven" : mode;
  const long = words(`mode.${standing}`, { alpha: asShare(value?.alpha ?? 0) });
  return (
    <Hint label={long}>
      <a className={css.mode} data-standing={standing} href={hashOf({ page: "certificate" })}>
        <Icon name={ICONS[standing]} size={14} />
        <span className={css.modeLong}>
          <Figure term="window-certificate">{long}</Figure>
        </span>
        <span className={css.modeShort} aria-hidden="true">
          {words(`mode.${standing}.short`)}
        </span>
      </a>
    </Hint>
  );
}

const PAGES: readonly { page: Route["page"]; route: Route; phrase: Phrase }[] = [
  { page: "conversations", route: { page: "conversations", conversation: null }, phrase: "nav.conversations" },
  { page: "contacts", route: { page: "contacts", state: "open" }, phrase: "nav.contacts" },
  { page: "history", route: { page: "history", search: "" }, phrase: "nav.history" },
  { page: "catalogue", route: { page: "catalogue", intent: null }, phrase: "nav.catalogue" },
  { page: "learning", route: { page: "learning", tab: "models" }, phrase: "nav.learning" },
];
const AUDITS = { page: "audits", route: { page: "audits" }, phrase: "nav.audits" } as const;

/** How many addresses nobody has taken yet. */
function OpenContacts() {
  const open = useContactCounts()?.open ?? 0;
  if (open === 0) return null;
  return (
    <>
      <span className={css.navCount} aria-hidden="true">
        <Figure term="contact">{open}</Figure>
      </span>
      <span className="hidden-text">
        , <Figure term="contact">{counted("contacts.openCount", open)}</Figure>
      </span>
    </>
  );
}

function Pages({ page }: { page: Route["page"] }) {
  const { me } = useSignedIn();
  const shown = may(me, "audit") ? [...PAGES, AUDITS] : PAGES;
  return (
    <nav aria-label={words("nav.label")} className={css.pages}>
      {shown.map((one) => (
        <a key={one.page} href={hashOf(one.route)} aria-current={one.page === page ? "page" : undefined}>
          {words(one.phrase)}
          {one.page === "contacts" && <OpenContacts />}
        </a>
      ))}
    </nav>
  );
}

export function Header({ page, onKeys }: { page: Route["page"]; onKeys: () => void }) {
  return (
    <header className={css.header}>
      <span className={css.brand}>
        <Mark />
        <span className={css.name}>{words("product")}</span>
      </span>
      <Pages page={page} />
      <div className={css.right}>
        <ProofBadge />
        <LinkState />
        <PresenceMenu />
        <AccountMenu onKeys={onKeys} />
      </div>
    </header>
  );
}
