/** What the signed-in person may do with a conversation, from its status and owner. Pure. */
import type { ControlView, Role, RowView } from "../wire/frames";
import type { State } from "./state";

export interface Control {
  status: ControlView["status"];
  epoch: number;
  owner: string | null;
  ownerName: string | null;
  held: boolean;
}

/** Thread and row come from different streams and nothing orders the two: the higher epoch is the newer. */
export function controlOf(state: Pick<State, "rows" | "threads">, conversation: string): Control | null {
  const row: RowView | undefined = state.rows[conversation];
  const view = state.threads[conversation]?.control;
  if (view && (!row || view.epoch >= row.epoch)) {
    const { status, epoch, held } = view;
    return { status, epoch, owner: view.agent_id ?? null, ownerName: view.agent_name ?? null, held: held ?? false };
  }
  if (!row) return null;
  return { status: row.status, epoch: row.epoch, owner: row.agent_id, ownerName: row.agent_name, held: row.held };
}

export interface Abilities {
  claim: boolean;
  takeOver: boolean;
  reply: boolean;
  /** Replying now takes the conversation over first. */
  replyTakesOver: boolean;
  work: boolean;
}

const SENIOR: readonly Role[] = ["supervisor", "admin"];

export function abilities(control: Control | null, me: { id: string; role: Role } | null): Abilities {
  const none = { claim: false, takeOver: false, reply: false, replyTakesOver: false, work: false };
  if (!control || !me) return none;
  const mine = control.status === "assigned" && control.owner === me.id;
  const free = control.status === "bot" || control.status === "waiting";
  const seizable = control.status === "assigned" && !mine && SENIOR.includes(me.role);
  return {
    claim: control.status === "waiting",
    takeOver: control.status === "bot" || seizable,
    reply: mine || free,
    replyTakesOver: free,
    work: mine,
  };
}
