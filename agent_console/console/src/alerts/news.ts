/** What an agent should be alerted to, from what the desk was and is. Pure. */
import type { RowView } from "../wire/frames";
import { ALLOWANCE_MS } from "../store/woken";
import { isCalled, isWhispered } from "../store/lists";
import type { State } from "../store/state";

export type NewsKind = "waiting" | "own" | "offer" | "woken" | "followUp" | "noReply" | "taken" | "mention" | "whisper";
export interface News {
  kind: NewsKind;
  row: RowView;
  /** The same for the same news in every tab. */
  key: string;
  /** It came of what the agent did in this tab. */
  asked: boolean;
}

type Desk = Pick<
  State,
  "rows" | "readMarks" | "mentions" | "whispers" | "deskLoaded" | "me" | "agents" | "woken" | "asked" | "skew"
>;

/** Away means no new work: the queue is silent then, one's own customers and proposals are not. */
function takesNew(state: Desk): boolean {
  return state.me !== null && state.agents[state.me.id]?.availability === "online";
}

/** A follow-up that is due is told to whoever has the conversation, else to who planned it. */
function isDue(row: RowView, before: RowView | undefined, state: Desk): boolean {
  const plan = before?.follow_up;
  if (!plan || row.follow_up || row.last_customer_seq > before.last_customer_seq) return false;
  const reached = Date.parse(plan.at) <= Date.now() + state.skew + ALLOWANCE_MS;
  return reached && (row.status === "assigned" ? row.agent_id : plan.agent_id) === state.me?.id;
}

/** The time for a first reply is over, and the conversation waits again. */
function wasLost(row: RowView, before: RowView | undefined, state: Desk): boolean {
  if (row.status !== "waiting" || !before?.reply_by || before.agent_id !== state.me?.id) return false;
  return Date.parse(before.reply_by) <= Date.now() + state.skew + ALLOWANCE_MS;
}

function kindOf(row: RowView, before: RowView | undefined, state: Desk): NewsKind | null {
  const me = state.me?.id ?? "";
  const proposed = (one: RowView | undefined): boolean => one?.offer?.agent_id === me && one.offer.ended === null;
  if (isDue(row, before, state)) return "followUp";
  if (wasLost(row, before, state)) return "noReply";
  if (proposed(row) && !proposed(before)) return "offer";
  const had = before?.agent_id === me;
  if (row.status === "assigned" && row.agent_id === me) {
    const wrote = before !== undefined && row.last_customer_seq > before.last_customer_seq;
    return !had || wrote ? "own" : null;
  }
  // by a supervisor, who took it over or assigned it: of what one proposed oneself one knows
  if (row.status === "assigned" && before?.status === "assigned" && had && before.offer?.ended !== null) return "taken";
  const joined = row.status === "waiting" && before?.status !== "waiting" && !had;
  return joined && takesNew(state) ? "waiting" : null;
}

/** The place of a note that mentions this person and that they could look at; 0 for none. */
function mentionIn(state: Desk, conversation: string): number {
  return conversation in state.rows && isCalled(state, conversation) ? state.mentions[conversation]! : 0;
}

function mentionsBetween(before: Desk, after: Desk): News[] {
  const called = Object.keys(after.mentions).filter((one) => mentionIn(after, one) > mentionIn(before, one));
  return called.map((conversation) => {
    const key = `mention.${conversation}.${after.mentions[conversation]}`;
    return { kind: "mention", row: after.rows[conversation]!, key, asked: false };
  });
}

function whispersBetween(before: Desk, after: Desk): News[] {
  return Object.values(after.rows).flatMap((row): News[] => {
    const seq = after.whispers[row.conversation];
    if (before.whispers[row.conversation] === seq || !isWhispered(after, row)) return [];
    return [{ kind: "whisper", row, key: `whisper.${row.conversation}.${seq}`, asked: false }];
  });
}

/** What has happened, wherever the agent looks. What was there when the desk was first read is no news. */
export function newsBetween(before: Desk, after: Desk): News[] {
  const still = before.rows === after.rows && before.mentions === after.mentions && before.whispers === after.whispers;
  if (still || !before.deskLoaded || !after.deskLoaded) return [];
  const ofRows = Object.values(after.rows).flatMap((row): News[] => {
    const old = before.rows[row.conversation];
    const woke = after.woken.includes(row.conversation) && !before.woken.includes(row.conversation);
    const kind = old === row ? null : woke ? "woken" : kindOf(row, old, after);
    const asked = before.asked.includes(row.conversation);
    return kind === null ? [] : [{ kind, row, key: `${kind}.${row.conversation}.${row.seq}`, asked }];
  });
  return [...ofRows, ...mentionsBetween(before, after), ...whispersBetween(before, after)];
}

/** Whether the agent knows: `watched` is the conversation on the screen now, null while the tab is hidden. */
export function isSeen(news: News, watched: string | null): boolean {
  return news.kind !== "offer" && (news.asked || news.row.conversation === watched);
}
