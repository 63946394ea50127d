/**
 * The widget's start: `<script src="…/widget/widget.js" data-site="demo" async>`. How else a page can include it, and
 * what it can set, is in `place.ts`. Pages may call `window.escalationChat.open()`.
 *
 * This file holds what every page needs: the launcher, the connection and what was said. What is inside the panel is a
 * second file, see `panel_loader.ts`.
 */

import type { MessageView } from "@escalation/protocol";
import { effect } from "@preact/signals-core";
import type { ChatMessage, EscalationChat } from "../widget";
import { Chat } from "./chat";
import { Host } from "./host";
import { makeLauncher } from "./launcher";
import { chooseLocale } from "./locales";
import { PanelLoader } from "./panel_loader";
import { loadWords } from "./phrases";
import { findPlace, type Place } from "./place";
import type { Extras } from "./ui/extra";
import styles from "./styles/widget.css?inline";

interface Widget {
  readonly chat: Chat;
  readonly host: Host;
  readonly panel: PanelLoader;
}

async function start(place: Place): Promise<Widget> {
  const { base, given } = place;
  const said = [given("locale"), document.documentElement.lang];
  const phrases = given("phrases");
  const locale = phrases ? (said.find(Boolean) ?? "en") : chooseLocale([...said, ...navigator.languages]);
  const chat = new Chat(place, await loadWords(locale, base, phrases));
  const host = new Host(styles, given("theme"), chat.words.direction, given("side"));
  const panel = new PanelLoader(chat, host);
  host.content.append(
    panel.place,
    makeLauncher(chat, () => panel.fetch()),
  );
  await bodyThere(); // so that the page's own content comes first for those who read or tab through it
  host.attach();
  panel.follow();
  return { chat, host, panel };
}

async function bodyThere(): Promise<void> {
  if (document.body === null) await new Promise((ready) => addEventListener("DOMContentLoaded", ready));
}

/** What the page can call from now on; it is done as soon as the widget is there. */
function begin(place: Place): EscalationChat {
  const started = start(place);
  const ends = new Set<() => void>();
  const until = (end: () => void): (() => void) => {
    ends.add(end);
    return end;
  };
  const seldom = async <T>(call: (extras: Extras, chat: Chat) => T): Promise<Awaited<T>> => {
    const { chat, panel } = await started;
    panel.fetch();
    return await call(await (await panel.file).fetchExtras(chat), chat);
  };
  return {
    open: () => void started.then(({ chat }) => chat.show(true)),
    close: () => void started.then(({ chat }) => chat.show(false)),
    theme: (name) => void started.then(({ host }) => (host.theme = name)),
    identify: (token) => seldom((extras, chat) => extras.identify(chat, token)),
    setAttributes: (attributes) => void seldom((extras, chat) => extras.setAttributes(chat, attributes)),
    onMessage(heard) {
      const tell = (message: MessageView): void => heard(toldOf(message));
      void started.then(({ chat }) => chat.listeners.add(tell));
      return until(() => void started.then(({ chat }) => chat.listeners.delete(tell)));
    },
    onUnread(heard) {
      let stop = (): void => {};
      let over = false;
      void started.then(({ chat }) => {
        if (!over) stop = effect(() => heard(chat.unread.value));
      });
      return until(() => {
        over = true;
        stop();
      });
    },
    destroy() {
      for (const end of ends) end();
      delete window.escalationChat;
      void started.then(({ chat, host }) => {
        chat.destroy();
        host.remove();
      });
    },
  };
}

/** A message as pages hear of it. */
function toldOf({ author, author_name, at, body }: MessageView): ChatMessage {
  return {
    author: author as ChatMessage["author"],
    name: author_name ?? null,
    at,
    text: "text" in body ? body.text : null,
  };
}

// a page may bring the script twice, or run it again with every page that it loads by script
if (window.escalationChat === undefined) {
  const place = findPlace();
  if (place === null) console.error("The chat does not know its service: set escalationChatSettings.service.");
  else window.escalationChat = begin(place);
}
