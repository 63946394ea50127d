/**
 * The widget's start: `<script src="…/widget/widget.js" data-site="demo" async>`. How else a page can include it, and
 * what it can set, is in `place.ts`. Pages may call `window.escalationChat.open()`.
 *
 * This file holds what every page needs: the launcher, the connection and what was said. What is inside the panel is a
 * second file, see `panel_loader.ts`.
 */

import { Chat } from "./chat";
import { Host, type Theme } from "./host";
import { makeLauncher } from "./launcher";
import { chooseLocale } from "./locales";
import { PanelLoader } from "./panel_loader";
import { loadWords } from "./phrases";
import { findPlace, type Place } from "./place";
import styles from "./styles/widget.css?inline";

declare global {
  interface Window {
    escalationChat?: { open(): void; close(): void; theme(name: Theme | null): void };
  }
}

interface Widget {
  readonly chat: Chat;
  readonly host: Host;
}

async function start(place: Place): Promise<Widget> {
  const locale = chooseLocale([place.locale, document.documentElement.lang, ...navigator.languages]);
  const chat = new Chat(place, await loadWords(locale, place.base));
  const host = new Host(styles, place.theme);
  const panel = new PanelLoader(chat, host);
  host.content.append(
    panel.place,
    makeLauncher(chat, () => panel.fetch()),
  );
  await bodyThere(); // so that the page's own content comes first for those who read or tab through it
  host.attach();
  panel.follow();
  return { chat, host };
}

async function bodyThere(): Promise<void> {
  if (document.body === null) await new Promise((ready) => addEventListener("DOMContentLoaded", ready));
}

/** What the page can call from now on; it is done as soon as the widget is there. */
function begin(place: Place): NonNullable<Window["escalationChat"]> {
  const started = start(place);
  return {
    open: () => void started.then(({ chat }) => chat.show(true)),
    close: () => void started.then(({ chat }) => chat.show(false)),
    theme: (name) => void started.then(({ host }) => (host.theme = name)),
  };
}

// a page may bring the script twice, or run it again with every page that it loads by script
if (window.escalationChat === undefined) {
  const place = findPlace();
  if (place === null) console.error("The chat does not know its service: set escalationChatSettings.service.");
  else window.escalationChat = begin(place);
}
