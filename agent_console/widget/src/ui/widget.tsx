/** The launcher and the panel it opens. */

import { Component, createRef, type JSX } from "preact";
import type { Chat } from "../chat";
import { Banner } from "./banner";
import { Composer } from "./composer";
import { Header } from "./header";
import { ChatIcon, DownIcon } from "./icons";
import { ThreadView } from "./thread";

export class Widget extends Component<{ readonly chat: Chat }> {
  readonly #launcher = createRef<HTMLButtonElement>();
  #wasOpen = this.props.chat.open.peek();

  override componentDidUpdate(): void {
    const open = this.props.chat.open.peek();
    if (this.#wasOpen && !open) this.#launcher.current?.focus();
    this.#wasOpen = open;
  }

  override render({ chat }: { readonly chat: Chat }): JSX.Element {
    const open = chat.open.value;
    const count = chat.unread.value;
    const label = open ? "close" : count > 0 ? "open_unread" : "open";
    return (
      <>
        {open && <Panel chat={chat} />}
        <button
          ref={this.#launcher}
          type="button"
          class={open ? "launcher opened" : "launcher"}
          aria-label={chat.words.say(label, { count })}
          aria-expanded={open}
          aria-controls="panel"
          onClick={() => chat.show(!open)}
        >
          {open ? <DownIcon /> : <ChatIcon />}
          {count > 0 && (
            <span class="badge" aria-hidden="true">
              {count > 9 ? "9+" : count}
            </span>
          )}
        </button>
      </>
    );
  }
}

function Panel({ chat }: { readonly chat: Chat }): JSX.Element {
  const closeOnEscape = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.stopPropagation();
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
    </section>
  );
}
