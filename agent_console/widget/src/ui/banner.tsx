/** A line under the header while there is no connection. */

import { backBy, CloseCode, type ConnectionState } from "@escalation/protocol";
import type { JSX } from "preact";
import type { Chat } from "../chat";

export function Banner({ chat }: { readonly chat: Chat }): JSX.Element {
  return (
    <div class="banners" role="status">
      {bannerOf(chat, chat.connection.value)}
    </div>
  );
}

function bannerOf(chat: Chat, state: ConnectionState): JSX.Element | null {
  const { words } = chat;
  if (state.phase === "connecting" && state.attempt > 0) return <p class="banner">{words.say("connecting")}…</p>;
  if (state.phase === "offline" && state.limited) {
    return <p class="banner">{words.say("limited", { time: words.time(backBy(state.retryAt)) })}</p>;
  }
  if (state.phase === "offline") {
    return line(words.say("offline"), words.say("retry_now"), () => chat.retryNow());
  }
  if (state.phase !== "ended" || state.code === null) return null;
  return state.code === CloseCode.VERSION
    ? line(words.say("reload"), words.say("reload_now"), () => location.reload())
    : line(words.say("ended"), words.say("retry_now"), () => chat.retryNow());
}

function line(text: string, action: string, act: () => void): JSX.Element {
  return (
    <p class="banner">
      <span>{text}</span>
      <button type="button" onClick={act}>
        {action}
      </button>
    </p>
  );
}
