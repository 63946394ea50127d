/**
 * The widget's start: `<script src="…/widget/widget.js" data-site="demo" async>`, with `data-locale` and
 * `data-theme="light|dark"` if the page knows better than the browser. Pages may call `window.escalationChat.open()`.
 *
 * This file holds what every page needs: the launcher, the connection and what was said. What is inside the panel is a
 * second file, see `panel_loader.ts`.
 */

import { Chat } from "./chat";
import { makeLauncher } from "./launcher";
import { PanelLoader } from "./panel_loader";
import { chooseLocale, loadWords } from "./phrases";
import { placeOf, type Place } from "./place";
import styles from "./widget.css?inline";

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
  const panel = new PanelLoader(chat, root);
  root.append(
    panel.place,
    makeLauncher(chat, () => panel.fetch()),
  );
  document.body.append(host);
  panel.follow();
  window.escalationChat = { open: () => chat.show(true), close: () => chat.show(false), theme };
}

const script = document.currentScript;
if (script instanceof HTMLScriptElement && window.escalationChat === undefined) {
  const place = placeOf(script);
  if (document.body === null) addEventListener("DOMContentLoaded", () => void start(place));
  else void start(place);
}
