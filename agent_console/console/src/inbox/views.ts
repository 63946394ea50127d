/** Views of the open conversations and those closed of late: which rows each has. Pure. */
import { isCalled, isUnread } from "../store/lists";
import type { State } from "../store/state";
import type { RowView } from "../wire/frames";
import type { ViewFilterBody } from "../wire/resources";

export type Known = Pick<State, "rows" | "readMarks" | "mentions" | "me">;
export const BUILT_IN = ["mine", "unread", "mentions", "customer", "snoozed", "followUps", "closed", "all"] as const;
export type BuiltIn = (typeof BUILT_IN)[number];
export type View =
  { kind: "built_in"; name: BuiltIn } | { kind: "queue"; queue: string } | { kind: "saved"; id: string };

export const EVERYTHING: ViewFilterBody = {
  status: null,
  queue: null,
  site: null,
  agent: null,
  reason: null,
  language: null,
  unread: false,
  last_author: null,
};

const isOwn = (row: RowView, me: string | undefined): boolean => row.status === "assigned" && row.agent_id === me;

export function isIn(name: BuiltIn, state: Known, row: RowView): boolean {
  const me = state.me?.id;
  switch (name) {
    case "mine":
      return isOwn(row, me);
    case "unread":
      return row.status !== "closed" && row.status !== "bot" && isUnread(state, row);
    case "mentions":
      return isCalled(state, row.conversation);
    case "customer":
      return isOwn(row, me) && (row.last_author === "agent" || row.last_author === "bot");
    case "snoozed":
      return isOwn(row, me) && row.snoozed_until !== null;
    case "followUps":
      return row.follow_up !== null && row.follow_up.agent_id === me;
    case "closed":
      return row.status === "closed";
    case "all":
      return row.status !== "closed";
  }
}

export function fits(filter: ViewFilterBody, state: Known, row: RowView): boolean {
  const agent = filter.agent === "me" ? state.me?.id : filter.agent;
  const same = (wanted: string | null | undefined, found: string | null): boolean => !wanted || wanted === found;
  return (
    (filter.status ? filter.status === row.status : row.status !== "closed") &&
    same(filter.queue, row.queue) &&
    same(filter.site, row.site) &&
    same(agent, row.agent_id) &&
    same(filter.reason, row.reason) &&
    same(filter.language, row.language) &&
    same(filter.last_author, row.last_author) &&
    (!filter.unread || isUnread(state, row))
  );
}

type Test = (row: RowView) => boolean;

/** Which rows a view has; a saved one that is gone has none. */
export function testOf(view: View, state: Known, saved: readonly { id: string; filter: ViewFilterBody }[]): Test {
  if (view.kind === "built_in") return (row) => isIn(view.name, state, row);
  if (view.kind === "queue") return (row) => row.status === "waiting" && row.queue === view.queue;
  const found = saved.find(({ id }) => id === view.id);
  return found ? (row) => fits(found.filter, state, row) : () => false;
}

const time = (iso: string | null): number => (iso ? Date.parse(iso) : 0);

/** Who waits longest comes first, the rest by the newest words. */
export function rowsOf(state: Known, test: Test): RowView[] {
  const weight = (row: RowView): number => (row.status === "waiting" ? 0 : 1);
  const order = (a: RowView, b: RowView): number =>
    weight(a) - weight(b) ||
    (weight(a) === 0 ? time(a.waiting_since) - time(b.waiting_since) : time(b.last_at) - time(a.last_at));
  return Object.values(state.rows).filter(test).sort(order);
}

export const countOf = (state: Known, test: Test): number => Object.values(state.rows).filter(test).length;

/** The filter a view is saved from. */
export function filterOf(view: View, saved: readonly { id: string; filter: ViewFilterBody }[]): ViewFilterBody {
  if (view.kind === "queue") return { ...EVERYTHING, status: "waiting", queue: view.queue };
  if (view.kind === "saved") return saved.find(({ id }) => id === view.id)?.filter ?? EVERYTHING;
  return view.name === "mine" ? { ...EVERYTHING, agent: "me" } : { ...EVERYTHING, unread: view.name === "unread" };
}
