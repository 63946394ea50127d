/** Which days a report is about, and by what it is divided. Pure but for the clock. */
import type { ReportBody } from "../wire/resources";
import { withQuery } from "../wire/rest";

export type Group = ReportBody["by"];
export const GROUPS: readonly Group[] = ["day", "queue", "agent", "team", "intent", "reason", "site"];
export const SPANS = ["7", "30", "90", "365"] as const;

export interface Wanted {
  by: Group;
  since: string;
  until: string;
  zone: string;
  site: string;
  queue: string;
  agent: string;
  intent: string;
  team: string;
}

/** The browser's own zone; UTC where it names none. */
export const zoneHere = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

/** Every zone of places that the browser knows, its own and UTC first. */
export function zones(): string[] {
  const known = typeof Intl.supportedValuesOf === "function" ? Intl.supportedValuesOf("timeZone") : [];
  return [...new Set([zoneHere(), "UTC", ...known])].filter((zone) => !/\d/.test(zone));
}

/** Today in a zone, as `2026-03-01`. */
export const todayIn = (zone: string, now: Date): string =>
  new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(now);

/** The first of so many days that end on a day. */
export function firstOf(days: number, until: string): string {
  const at = new Date(`${until}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() - days + 1);
  return at.toISOString().slice(0, 10);
}

export const daysOf = ({ since, until }: Wanted): number => (Date.parse(until) - Date.parse(since)) / 86_400_000 + 1;

export type Place = "reports" | "reports/csv" | "reports/comments" | "reports/comments/csv";

export function pathOf({ by, since, until, zone, ...only }: Wanted, place: Place = "reports"): string {
  const filters = Object.fromEntries(Object.entries(only).map(([key, value]) => [key, value || null]));
  const rows = place.startsWith("reports/comments") ? null : by;
  return withQuery(place, { by: rows, since, until, zone, ...filters });
}
