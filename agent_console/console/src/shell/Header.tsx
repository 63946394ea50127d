/** Name, pages, connection, mode, presence and the person's own menu. */
import { useContactCounts } from "../contacts/counts";
import { counted, words, wordsFor, type Phrase } from "../locale/words";
import { Figure } from "../components/Figure";
import { Hint } from "../components/Hint";
import { Icon, Mark } from "../components/Icon";
import { hashOf, type Route } from "../store/route";
import { useStore } from "../store/store";
import { retryLive } from "../wire/live";
import { useSignedIn } from "../wire/session";
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

function ModeBadge() {
  const { mode } = useSignedIn().service;
  const long = wordsFor("mode", mode, mode);
  return (
    <Hint label={long}>
      <span className={css.mode} data-mode={mode} tabIndex={0}>
        <Icon name={mode === "strict" ? "check" : "info"} size={14} />
        <span className={css.modeLong}>{long}</span>
        <span className={css.modeShort} aria-hidden="true">
          {wordsFor("mode", `${mode}.short`, mode)}
        </span>
      </span>
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
  return (
    <nav aria-label={words("nav.label")} className={css.pages}>
      {PAGES.map((one) => (
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
        <ModeBadge />
        <LinkState />
        <PresenceMenu />
        <AccountMenu onKeys={onKeys} />
      </div>
    </header>
  );
}
