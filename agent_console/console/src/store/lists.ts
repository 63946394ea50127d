/** The lists on the left: which rows each holds, in which order, and what is unread. Pure. */
import type { RowView } from "../wire/frames";
import type { State } from "./state";

export type ListName = "queue" | "mine" | "bot" | "all";
export const LIST_NAMES: readonly ListName[] = ["queue", "mine", "bot", "all"];

export type Urgency = "none" | "fine" | "soon" | "over";
const SOON_MS = 60_000;

const time = (iso: string | null | undefined): number => (iso ? Date.parse(iso) : 0);
const byWaiting = (a: RowView, b: RowView): number => time(a.waiting_since) - time(b.waiting_since);
const byNewest = (a: RowView, b: RowView): number => time(b.last_at) - time(a.last_at);

export function isUnread(state: Pick<State, "readMarks">, row: RowView): boolean {
  return row.last_customer_seq > (state.readMarks[row.conversation] ?? 0);
}

/** Whether a note mentions this person that they have not read. */
export function isCalled(state: Pick<State, "mentions" | "readMarks">, conversation: string): boolean {
  return (state.mentions[conversation] ?? 0) > (state.readMarks[conversation] ?? 0);
}

/** Whether there is a whisper to this person that they have not seen. Once nobody has the conversation, none is shown. */
export function isWhispered(state: Pick<State, "whispers">, row: RowView): boolean {
  return row.status === "assigned" && !!state.whispers[row.conversation];
}

export function belongs(name: ListName, row: RowView, me: string | undefined): boolean {
  switch (name) {
    case "queue":
      return row.status === "waiting";
    case "mine":
      return row.status === "assigned" && row.agent_id === me;
    case "bot":
      return row.status === "bot";
    case "all":
      return true;
  }
}

/** Snoozed rows sink; unread ones and those just back rise in "mine", where nothing else orders the work. */
function order(name: ListName, state: Pick<State, "readMarks" | "woken">): (a: RowView, b: RowView) => number {
  if (name === "queue") return byWaiting;
  if (name !== "mine") return byNewest;
  const rises = (row: RowView): boolean => isUnread(state, row) || state.woken.includes(row.conversation);
  const weight = (row: RowView): number => (row.snoozed_until ? 2 : rises(row) ? 0 : 1);
  return (a, b) => weight(a) - weight(b) || byNewest(a, b);
}

export function listRows(state: Pick<State, "rows" | "readMarks" | "woken" | "me">, name: ListName): RowView[] {
  const rows = Object.values(state.rows).filter((row) => belongs(name, row, state.me?.id));
  return rows.sort(order(name, state));
}

export interface Counts {
  total: number;
  unread: number;
}

export function countRows(state: Pick<State, "rows" | "readMarks" | "me">, name: ListName): Counts {
  const rows = Object.values(state.rows).filter((row) => belongs(name, row, state.me?.id));
  return { total: rows.length, unread: rows.filter((row) => isUnread(state, row)).length };
}

/**
 * How many want a look: what waits for anybody, what is proposed to this person, notes that mention them, whispers to
 * them, and of their own what is unread or back from a snooze. Each counts once. The page's title says it.
 */
export function countLooks(
  state: Pick<State, "rows" | "readMarks" | "mentions" | "whispers" | "woken" | "me">,
): number {
  const me = state.me?.id;
  const looks = (row: RowView): boolean => isUnread(state, row) || state.woken.includes(row.conversation);
  const wants = (row: RowView): boolean =>
    row.status === "waiting" ||
    isOffered(row, me) ||
    isCalled(state, row.conversation) ||
    isWhispered(state, row) ||
    (belongs("mine", row, me) && looks(row));
  return Object.values(state.rows).filter(wants).length;
}

const isOffered = (row: RowView, me: string | null | undefined): boolean =>
  row.offer?.ended === null && row.offer.agent_id === me;

/** Conversations that are proposed to this person and can still be accepted; the first to run out first. */
export function offersTo(rows: Record<string, RowView>, me: string | null): RowView[] {
  return Object.values(rows)
    .filter((row) => isOffered(row, me))
    .sort((a, b) => time(a.offer?.until) - time(b.offer?.until));
}

/** Whether something is proposed to this person that can still be accepted; `now` in ms, by the server's clock. */
export function isRinging(rows: Record<string, RowView>, me: string | null, now: number): boolean {
  return offersTo(rows, me).some(({ offer }) => time(offer?.until) > now);
}

/** How near a deadline is, `soon` from then on or in the last minute; `now` in ms since 1970, by the server's clock. */
export function urgency(deadline: string | null, now: number, soon?: string | null): Urgency {
  if (!deadline) return "none";
  const left = time(deadline) - now;
  if (left < 0) return "over";
  return (soon ? time(soon) <= now : left < SOON_MS) ? "soon" : "fine";
}

/** The row after (or before) the selected one; the first when nothing is selected. */
export function neighbour(rows: readonly RowView[], selected: string | null, step: 1 | -1): string | null {
  const at = rows.findIndex((row) => row.conversation === selected);
  const next = at < 0 ? rows[0] : rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
  return next?.conversation ?? null;
}
