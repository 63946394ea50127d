/** What the signed-in person may do with a conversation, from its status and owner. Pure. */
import type { ControlView, Role, RowView } from "../wire/frames";
import type { State } from "./state";

export interface Control {
  status: ControlView["status"];
  epoch: number;
  owner: string | null;
  ownerName: string | null;
  held: boolean;
  outcome: ControlView["outcome"];
}

/** Thread and row come from different streams and nothing orders the two: the higher epoch is the newer. */
export function controlOf(state: Pick<State, "rows" | "threads">, conversation: string): Control | null {
  const row: RowView | undefined = state.rows[conversation];
  const view = state.threads[conversation]?.control;
  if (view && (!row || view.epoch >= row.epoch)) {
    const { status, epoch, held, outcome } = view;
    return { status, epoch, owner: view.agent_id, ownerName: view.agent_name, held, outcome };
  }
  if (!row) return null;
  const { status, epoch, held, outcome } = row;
  return { status, epoch, owner: row.agent_id, ownerName: row.agent_name, held, outcome };
}

export interface Abilities {
  claim: boolean;
  takeOver: boolean;
  reply: boolean;
  /** Replying now takes the conversation over first. */
  replyTakesOver: boolean;
  work: boolean;
  /** A supervisor takes back what an agent closed it as; its agent has the offer to undo. */
  withdraw: boolean;
}

const SENIOR: readonly Role[] = ["supervisor", "admin"];

export function abilities(control: Control | null, me: { id: string; role: Role } | null): Abilities {
  const none = { claim: false, takeOver: false, reply: false, replyTakesOver: false, work: false, withdraw: false };
  if (!control || !me) return none;
  const mine = control.status === "assigned" && control.owner === me.id;
  const free = control.status === "bot" || control.status === "waiting";
  const senior = SENIOR.includes(me.role);
  const resolved = control.status === "closed" && (control.outcome === "resolved" || control.outcome === "abandoned");
  const seizable = control.status === "assigned" && !mine && senior;
  return {
    claim: control.status === "waiting",
    takeOver: control.status === "bot" || seizable,
    reply: mine || free,
    replyTakesOver: free,
    work: mine,
    withdraw: resolved && senior,
  };
}
