/** What is looked for, kept in the address, so that a result can be left and come back to. Pure. */
import type { FoundPageBody } from "../wire/resources";
import { withQuery } from "../wire/rest";

export const FIELDS = [
  "words",
  "customer",
  "intent",
  "agent",
  "state",
  "site",
  "tag",
  "since",
  "until",
  "before",
] as const;
export type Field = (typeof FIELDS)[number];

/** What is absent does not matter. `state` is a status or an outcome, `since` and `until` are days, `before` a cursor. */
export type Filter = Partial<Record<Field, string>>;

export const STATUSES = ["bot", "waiting", "assigned"] as const;
export const OUTCOMES = ["resolved", "answered", "abandoned", "expired", "silent"] as const;

/** Stands for no intent; no intent can have this name. */
export const OUT_OF_SCOPE = "-";

const PAGE = 25;

export function parseFilter(search: string): Filter {
  const given = new URLSearchParams(search);
  return Object.fromEntries(FIELDS.flatMap((field) => (given.get(field) ? [[field, given.get(field)!]] : [])));
}

export function filterText(filter: Filter): string {
  const given = FIELDS.flatMap((field) => (filter[field] ? [[field, filter[field]]] : []));
  return new URLSearchParams(given).toString();
}

/** The path of the page; days are those of this browser, and the last one counts whole. */
export function pathOf(filter: Filter): string {
  const { state, intent } = filter;
  const isStatus = (STATUSES as readonly string[]).includes(state ?? "");
  return withQuery("conversations", {
    words: filter.words ?? null,
    customer: filter.customer ?? null,
    intent: intent === OUT_OF_SCOPE ? "" : (intent ?? null),
    agent: filter.agent ?? null,
    status: isStatus ? state! : null,
    outcome: state && !isStatus ? state : null,
    site: filter.site ?? null,
    tag: filter.tag?.trim().toLowerCase() || null,
    since: dayBegins(filter.since, 0),
    until: dayBegins(filter.until, 1),
    before: filter.before ?? null,
    limit: PAGE,
  });
}

/** Whether the last day is before the first one, so that nothing can match. */
export const isReversed = ({ since, until }: Filter): boolean => Boolean(since && until && until < since);

function dayBegins(day: string | undefined, later: number): string | null {
  if (!day) return null;
  const at = new Date(`${day}T00:00`);
  if (Number.isNaN(at.getTime())) return null;
  at.setDate(at.getDate() + later);
  return at.toISOString();
}

/** One more than this many are not counted. */
export const MOST_MISSING = 1_000;

export const manyMissing = (page: FoundPageBody): boolean => page.missing >= MOST_MISSING;
