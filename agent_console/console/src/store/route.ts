/**
 * Which page is open, kept in the address's hash: `#/conversations/<id>`, `#/contacts/<state>`,
 * `#/history/<search>`, `#/customers/<id>`, `#/catalogue/<intent>`, `#/learning/<tab>`, `#/glossary/<word>`, `#/accounts`, `#/account`,
 * `#/security`, `#/audits`, `#/certificate`, `#/queues`, `#/templates`,
 * `#/board`, `#/reports`, `#/inbox`.
 * `#/invitation/<token>` is a page for people without a session.
 */
import { useSyncExternalStore } from "react";

export type LearningTab = "models" | "runs" | "examples";
export type ContactState = "open" | "handled" | "done";
export type Route =
  | { page: "conversations"; conversation: string | null }
  | { page: "contacts"; state: ContactState }
  | { page: "history"; search: string }
  | { page: "customers"; customer: string | null }
  | { page: "catalogue"; intent: string | null }
  | { page: "learning"; tab: LearningTab }
  | { page: "glossary"; term: string | null }
  | { page: PlainPage };

/** Pages whose address says nothing more. */
const PLAIN = [
  "accounts",
  "account",
  "security",
  "audits",
  "certificate",
  "queues",
  "templates",
  "board",
  "reports",
  "inbox",
] as const;
type PlainPage = (typeof PLAIN)[number];

const TABS: readonly string[] = ["models", "runs", "examples"];
export const CONTACT_STATES: readonly ContactState[] = ["open", "handled", "done"];

export function parseRoute(hash: string): Route {
  const [page, rest] = hash.replace(/^#\/?/, "").split("/");
  if (page === "learning") {
    return { page, tab: TABS.includes(rest ?? "") ? (rest as LearningTab) : "models" };
  }
  if (page === "contacts") return { page, state: CONTACT_STATES.find((state) => state === rest) ?? "open" };
  if (page === "history") return { page, search: decodeURIComponent(rest ?? "") };
  if (page === "glossary") return { page, term: rest ? decodeURIComponent(rest) : null };
  if (page === "customers") return { page, customer: rest ? decodeURIComponent(rest) : null };
  if (page === "catalogue") return { page, intent: rest ? decodeURIComponent(rest) : null };
  const plain = PLAIN.find((one) => one === page);
  if (plain) return { page: plain };
  return { page: "conversations", conversation: rest ? decodeURIComponent(rest) : null };
}

export function hashOf(route: Route): string {
  if (route.page === "learning") return `#/learning/${route.tab}`;
  if (route.page === "history") return route.search ? `#/history/${encodeURIComponent(route.search)}` : "#/history";
  if (route.page === "contacts") return `#/contacts/${route.state}`;
  if (route.page === "catalogue")
    return route.intent ? `#/catalogue/${encodeURIComponent(route.intent)}` : "#/catalogue";
  if (route.page === "customers")
    return route.customer ? `#/customers/${encodeURIComponent(route.customer)}` : "#/customers";
  if (route.page === "glossary") return route.term ? `#/glossary/${encodeURIComponent(route.term)}` : "#/glossary";
  if (route.page !== "conversations") return `#/${route.page}`;
  return route.conversation ? `#/conversations/${encodeURIComponent(route.conversation)}` : "#/conversations";
}

function subscribe(listener: () => void): () => void {
  window.addEventListener("hashchange", listener);
  return () => window.removeEventListener("hashchange", listener);
}

const currentHash = (): string => window.location.hash;

function currentRoute(): Route {
  return parseRoute(currentHash());
}

/** The conversation that is open now; the page may not have been drawn with it yet. */
export function currentConversation(): string | null {
  const route = currentRoute();
  return route.page === "conversations" ? route.conversation : null;
}

export function useRoute(): Route {
  return parseRoute(useSyncExternalStore(subscribe, currentHash));
}

/** The token of the one-use link that was opened, if one was. */
export function useLinkToken(): string | null {
  return /^#\/invitation\/(.+)/.exec(useSyncExternalStore(subscribe, currentHash))?.[1] ?? null;
}

export function go(route: Route): void {
  window.location.hash = hashOf(route);
}

export const openConversation = (conversation: string | null): void => go({ page: "conversations", conversation });
