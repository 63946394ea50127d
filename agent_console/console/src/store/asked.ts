/** Conversations this tab asked something of and that are not one's own yet: if one becomes so, it is no news. Pure. */
import type { State } from "./state";

const isMine = (state: State, conversation: string): boolean =>
  state.me !== null && state.rows[conversation]?.agent_id === state.me.id;

/** After this tab sent a command or a message for this conversation. */
export function withAsked(state: State, conversation: string): State {
  if (isMine(state, conversation) || state.asked.includes(conversation)) return state;
  return { ...state, asked: [...state.asked, conversation] };
}

/** After the service refused it. */
export function withoutAsked(state: State, conversation: string): State {
  if (!state.asked.includes(conversation)) return state;
  return { ...state, asked: state.asked.filter((one) => one !== conversation) };
}

/** After rows have changed: what has become one's own was told, and what is gone does not come back. */
export function keptAsked(state: State): State {
  const asked = state.asked.filter((one) => one in state.rows && !isMine(state, one));
  return asked.length === state.asked.length ? state : { ...state, asked };
}
