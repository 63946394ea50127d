/**
 * The widget's start: `<script src="…/widget/widget.js" data-site="demo" async>`, with `data-locale` and
 * `data-theme="light|dark"` if the page knows better than the browser. Pages may call `window.escalationChat.open()`.
 */

import { effect } from "@preact/signals-core";
import { render } from "preact";
import { Chat } from "./chat";
import { chooseLocale, loadWords } from "./phrases";
import { placeOf, type Place } from "./place";
import styles from "./style.css?inline";
import { Widget } from "./ui/widget";

declare global {
  interface Window {
    escalationChat?: { open(): void; close(): void; theme(name: "light" | "dark" | null): void };
  }
}

async function start(place: Place): Promise<void> {
  const locale = chooseLocale([place.locale, document.documentElement.lang, ...navigator.languages]);
  const chat = new Chat(place, await loadWords(locale, place.base));
  const host = document.createElement("escalation-chat");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  root.adoptedStyleSheets = [sheet];
  const theme = (name: string | null): void => {
    if (name === null) host.removeAttribute("data-theme");
    else host.setAttribute("data-theme", name);
  };
  theme(place.theme);
  document.body.append(host);
  // rendering is synchronous, so the effect knows every signal that any component read
  effect(() => render(<Widget chat={chat} />, root));
  window.escalationChat = { open: () => chat.show(true), close: () => chat.show(false), theme };
}

const script = document.currentScript;
if (script instanceof HTMLScriptElement && window.escalationChat === undefined) {
  const place = placeOf(script);
  if (document.body === null) addEventListener("DOMContentLoaded", () => void start(place));
  else void start(place);
}
