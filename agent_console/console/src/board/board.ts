/** The live board, from what the desk is now: what waits in each queue, and what everybody has. Pure. */
import type { AgentView, RowView } from "../wire/frames";
import { urgency } from "../store/lists";

export interface QueueNow {
  name: string;
  /** The longest wait first. */
  rows: RowView[];
}

export interface Totals {
  waiting: number;
  /** Since when the longest waits; null while nobody does. */
  longest: string | null;
  late: number;
  /** Of how many conversations a service level is missed now. */
  breached: number;
  assigned: number;
  bot: number;
  online: number;
  /** How many more conversations those who are online can hold. */
  room: number;
}

const since = (row: RowView): number => Date.parse(row.waiting_since ?? "") || 0;
const waits = (row: RowView): boolean => row.status === "waiting";

export function queuesNow(rows: readonly RowView[]): QueueNow[] {
  const names = [...new Set(rows.filter(waits).map((row) => row.queue))].sort();
  const of = (name: string): RowView[] =>
    rows.filter((row) => waits(row) && row.queue === name).sort((a, b) => since(a) - since(b));
  return names.map((name) => ({ name, rows: of(name) }));
}

const ORDER: Record<AgentView["availability"], number> = { online: 0, away: 1, offline: 2 };
const share = (agent: AgentView): number => agent.load / agent.capacity;

/** Who is online first, and of these who has most to do. Who is offline and has nothing is left out. */
export function peopleNow(agents: readonly AgentView[]): AgentView[] {
  return agents
    .filter((agent) => agent.availability !== "offline" || agent.load > 0)
    .sort(
      (a, b) => ORDER[a.availability] - ORDER[b.availability] || share(b) - share(a) || a.name.localeCompare(b.name),
    );
}

/** @param now milliseconds since 1970, by the server's clock */
export function totals(rows: readonly RowView[], agents: readonly AgentView[], now: number): Totals {
  const waiting = rows.filter(waits).sort((a, b) => since(a) - since(b));
  const online = agents.filter((agent) => agent.availability === "online");
  const late = waiting.filter((row) => ["soon", "over"].includes(urgency(row.deadline, now)));
  return {
    waiting: waiting.length,
    longest: waiting[0]?.waiting_since ?? null,
    late: late.length,
    breached: rows.filter((row) => row.sla && urgency(row.sla.due_at, now) === "over").length,
    assigned: rows.filter((row) => row.status === "assigned").length,
    bot: rows.filter((row) => row.status === "bot").length,
    online: online.length,
    room: online.reduce((sum, agent) => sum + Math.max(0, agent.capacity - agent.load), 0),
  };
}
