/** What the signed-in person may do with a conversation, from its status and owner. Pure. */
import { may } from "./permissions";
import type { ControlView, Role, RowView } from "../wire/frames";
import type { State } from "./state";

export interface Control {
  status: ControlView["status"];
  epoch: number;
  owner: string | null;
  ownerName: string | null;
  held: boolean;
  snoozedUntil: string | null;
  followUp: ControlView["follow_up"];
  outcome: ControlView["outcome"];
  /** Supervisors who write beside the owner; known once the thread was read. */
  joined: ControlView["joined"];
  /** Closed, and with a resolution that a supervisor may withdraw. */
  resolved: boolean;
}

/** One value, so that reading it again is no change. */
const NOBODY: Control["joined"] = [];

/** Thread and row come from different streams and nothing orders the two: the higher epoch is the newer. */
export function controlOf(state: Pick<State, "rows" | "threads">, conversation: string): Control | null {
  const row: RowView | undefined = state.rows[conversation];
  const view = state.threads[conversation]?.control;
  if (view && (!row || view.epoch >= row.epoch)) {
    const { status, epoch, held, snoozed_until: snoozedUntil, follow_up: followUp, outcome, resolved, joined } = view;
    const owner = { owner: view.agent_id, ownerName: view.agent_name };
    return { status, epoch, ...owner, held, snoozedUntil, followUp, outcome, resolved, joined };
  }
  if (!row) return null;
  const { status, epoch, held, snoozed_until: snoozedUntil, follow_up: followUp, outcome } = row;
  const resolved = outcome === "resolved";
  const owner = { owner: row.agent_id, ownerName: row.agent_name };
  return { status, epoch, ...owner, held, snoozedUntil, followUp, outcome, resolved, joined: NOBODY };
}

export interface Abilities {
  claim: boolean;
  takeOver: boolean;
  reply: boolean;
  /** Replying now takes the conversation over first. */
  replyTakesOver: boolean;
  work: boolean;
  /** Passing it on: its owner, and supervisors. */
  giveAway: boolean;
  /** A supervisor gives a waiting one to somebody. */
  assign: boolean;
  /** A supervisor takes back what an agent closed it as; its agent has the offer to undo. */
  withdraw: boolean;
}

const NONE: Abilities = {
  claim: false,
  takeOver: false,
  reply: false,
  replyTakesOver: false,
  work: false,
  giveAway: false,
  assign: false,
  withdraw: false,
};

/** Whether they may act on other agents' conversations. */
export const isSenior = (me: { role: Role } | null): boolean => may(me, "supervise");

export function abilities(control: Control | null, me: { id: string; role: Role } | null): Abilities {
  if (!control || !me) return NONE;
  const mine = control.status === "assigned" && control.owner === me.id;
  const free = control.status === "bot" || control.status === "waiting";
  const senior = isSenior(me);
  const seizable = control.status === "assigned" && !mine && senior;
  return {
    claim: control.status === "waiting",
    takeOver: control.status === "bot" || seizable,
    reply: mine || free || control.joined.some(({ agent_id }) => agent_id === me.id),
    replyTakesOver: free,
    work: mine,
    giveAway: mine || seizable,
    assign: control.status === "waiting" && may(me, "assign_conversations"),
    withdraw: control.resolved && senior,
  };
}
