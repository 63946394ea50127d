/** One's own conversations whose snooze has ended by itself and that have not been looked at since. Pure. */
import type { RowView } from "../wire/frames";
import type { State } from "./state";

/** The clocks of browser and service differ by less, once the difference that is known is taken off. */
export const ALLOWANCE_MS = 60_000;

/** Whether its time was up. A message of the customer, a reply and "Wake now" end a snooze before. */
function isTimeUp(before: RowView | undefined, row: RowView, now: number): boolean {
  if (!before?.snoozed_until || row.snoozed_until || row.last_customer_seq > before.last_customer_seq) return false;
  return Date.parse(before.snoozed_until) <= now + ALLOWANCE_MS;
}

/** `state` after its rows have changed from those of `before`; `now` by the service's clock, milliseconds since 1970. */
export function withWoken(before: State, state: State, now: number): State {
  if (before.rows === state.rows || !before.deskLoaded) return state;
  const ended = Object.values(state.rows).filter((row) => {
    const old = before.rows[row.conversation];
    return old !== row && isTimeUp(old, row, now);
  });
  const all = new Set([...state.woken, ...ended.map((row) => row.conversation)]);
  const woken = [...all].filter((conversation) => {
    const row = state.rows[conversation];
    return row?.status === "assigned" && row.agent_id === state.me?.id && !row.snoozed_until;
  });
  return woken.length + state.woken.length === 0 ? state : { ...state, woken };
}

/** After this one was looked at. */
export function withoutWoken(state: State, conversation: string): State {
  if (!state.woken.includes(conversation)) return state;
  return { ...state, woken: state.woken.filter((one) => one !== conversation) };
}
