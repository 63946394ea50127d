/** What is inside the panel: the second file of the widget, fetched by `panel_loader.ts`. */

import { isComposing } from "@escalation/protocol";
import { render, type JSX } from "preact";
import type { Chat } from "./chat";
import { Announcer } from "./ui/announcer";
import { Banner } from "./ui/banner";
import { Composer } from "./ui/composer";
import { Header } from "./ui/header";
import { ThreadView } from "./ui/thread";
import cards from "./styles/cards.css?inline";
import composer from "./styles/composer.css?inline";
import message from "./styles/message.css?inline";
import panel from "./styles/panel.css?inline";
import thread from "./styles/thread.css?inline";

export { guardEvents } from "./guard";
export { PageDialogs } from "./page_dialogs";
export const styles = [panel, thread, message, cards, composer].join("");

/** Draw the panel into `place`, or nothing while the chat is closed. */
export function draw(chat: Chat, place: Element): void {
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
