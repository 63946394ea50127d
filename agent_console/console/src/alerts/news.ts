/** What an agent should be alerted to, from what the desk was and is. Pure. */
import type { RowView } from "../wire/frames";
import type { State } from "../store/state";

export type NewsKind = "waiting" | "own" | "offer" | "woken";
export interface News {
  kind: NewsKind;
  row: RowView;
  /** The same for the same news in every tab. */
  key: string;
  /** It came of what the agent did in this tab. */
  asked: boolean;
}

type Desk = Pick<State, "rows" | "deskLoaded" | "me" | "agents" | "woken" | "asked">;

/** Away means no new work: the queue is silent then, one's own customers and proposals are not. */
function takesNew(state: Desk): boolean {
  return state.me !== null && state.agents[state.me.id]?.availability === "online";
}

function kindOf(row: RowView, before: RowView | undefined, state: Desk): NewsKind | null {
  const me = state.me?.id ?? "";
  const proposed = (one: RowView | undefined): boolean => one?.offer?.agent_id === me && one.offer.ended === null;
  if (proposed(row) && !proposed(before)) return "offer";
  if (row.status === "assigned" && row.agent_id === me) {
    const given = before?.agent_id !== me;
    const wrote = before !== undefined && row.last_customer_seq > before.last_customer_seq;
    return given || wrote ? "own" : null;
  }
  const joined = row.status === "waiting" && before?.status !== "waiting" && before?.agent_id !== me;
  return joined && takesNew(state) ? "waiting" : null;
}

/** What has happened, wherever the agent looks. What was there when the desk was first read is no news. */
export function newsBetween(before: Desk, after: Desk): News[] {
  if (before.rows === after.rows || !before.deskLoaded || !after.deskLoaded) return [];
  return Object.values(after.rows).flatMap((row) => {
    const old = before.rows[row.conversation];
    const woke = after.woken.includes(row.conversation) && !before.woken.includes(row.conversation);
    const kind = old === row ? null : woke ? "woken" : kindOf(row, old, after);
    const asked = before.asked.includes(row.conversation);
    return kind === null ? [] : [{ kind, row, key: `${kind}.${row.conversation}.${row.seq}`, asked }];
  });
}

/** Whether the agent knows: `watched` is the conversation on the screen now, null while the tab is hidden. */
export function isSeen(news: News, watched: string | null): boolean {
  return news.kind !== "offer" && (news.asked || news.row.conversation === watched);
}
