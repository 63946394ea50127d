/** What is inside the panel: the second file of the widget, fetched by `panel_loader.ts`. */

import { isComposing } from "@escalation/protocol";
import { render, type JSX } from "preact";
import type { Chat } from "./chat";
import { guardEvents } from "./guard";
import type { Host } from "./host";
import english from "virtual:english-first";
import { Announcer } from "./ui/announcer";
import { Banner } from "./ui/banner";
import { Composer } from "./ui/composer";
import { Header } from "./ui/header";
import { ThreadView } from "./ui/thread";
import composer from "./styles/composer.css?inline";
import message from "./styles/message.css?inline";
import panel from "./styles/panel.css?inline";
import thread from "./styles/thread.css?inline";

export { fetchExtras } from "./ui/extra";
export const styles = [panel, thread, message, composer].join("");

/** What begins when the file is there, whether or not the chat is opened. */
export function begin(chat: Chat, host: Host): void {
  guardEvents(host.element);
  const rules = chat.place.given("openings");
  if (rules) void import("./openings").then(({ Openings }) => new Openings(chat, host, rules));
}

/** Draw the panel into `place`, or nothing while the chat is closed. */
export function draw(chat: Chat, place: Element): void {
  chat.words.add(english);
  render(chat.open.value ? <Panel chat={chat} /> : null, place);
}

function Panel({ chat }: { readonly chat: Chat }): JSX.Element {
  const closeOnEscape = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || isComposing(event)) return;
    event.stopPropagation();
    event.preventDefault(); // or a dialog of the page would close with it
    chat.show(false);
  };
  const noteKeyboard = (event: MouseEvent): void => {
    chat.byKeyboard = event.detail === 0;
  };
  return (
    <section
      id="panel"
      class="panel"
      role="dialog"
      aria-label={chat.words.say("title")}
      lang={chat.words.locale}
      onKeyDown={closeOnEscape}
      onClickCapture={noteKeyboard}
    >
      <Header chat={chat} />
      <Banner chat={chat} />
      <ThreadView chat={chat} />
      <Composer chat={chat} />
      <Announcer chat={chat} />
    </section>
  );
}
