/** Where the customer writes, with the way to a person always beside it. */

import { isAsking, isComposing, MAX_TEXT } from "@escalation/protocol";
import { Component, createRef, type JSX } from "preact";
import type { Chat } from "../chat";
import { Extra, fetchExtras } from "./extra";
import { PersonIcon, SendIcon } from "./icons";

export class Composer extends Component<{ readonly chat: Chat }> {
  readonly #field = createRef<HTMLTextAreaElement>();

  override componentDidMount(): void {
    if (this.props.chat.wantsFocus) this.#field.current?.focus({ preventScroll: true });
    grow(this.#field.current);
  }

  override componentDidUpdate(): void {
    const field = this.#field.current;
    grow(field);
    if (this.props.chat.byKeyboard && (field?.getRootNode() as ShadowRoot).activeElement === null) field?.focus();
  }

  readonly #send = (): void => {
    const text = this.props.chat.draft.value.trim();
    if (ready(this.props.chat)) this.props.chat.say(text);
    this.#field.current?.focus();
  };

  readonly #sendOnEnter = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.shiftKey || isComposing(event)) return;
    event.preventDefault();
    this.#send();
  };

  /** Files that are dropped or pasted; text goes where it would. */
  readonly #take = (event: DragEvent | ClipboardEvent): void => {
    const files = ("dataTransfer" in event ? event.dataTransfer : event.clipboardData)?.files;
    if (!files?.length) return;
    event.preventDefault();
    const { chat } = this.props;
    void fetchExtras(chat).then(({ addFiles }) => addFiles(chat, files));
  };

  override render({ chat }: { readonly chat: Chat }): JSX.Element {
    const { words } = chat;
    const draft = chat.draft.value;
    return (
      <div class="composer" onDragOver={(event) => event.preventDefault()} onDrop={this.#take}>
        <PersonButton chat={chat} />
        {chat.uploads.value.length > 0 && <Extra chat={chat} part={({ Uploads }) => <Uploads chat={chat} />} />}
        <div class="field">
          <textarea
            ref={this.#field}
            rows={1}
            dir="auto"
            maxLength={MAX_TEXT}
            placeholder={words.say("placeholder")}
            aria-label={words.say("placeholder")}
            value={draft}
            onInput={(event) => chat.write(event.currentTarget.value)}
            onKeyDown={this.#sendOnEnter}
            onPaste={this.#take}
          />
          <Extra chat={chat} quiet part={({ Clip }) => <Clip chat={chat} />} />
          <button
            type="button"
            class="send"
            aria-label={words.say("send")}
            disabled={!ready(chat)}
            onClick={this.#send}
          >
            <SendIcon />
          </button>
        </div>
      </div>
    );
  }
}

/** Whether there is something to send, and no file is still on its way. */
function ready({ draft, uploads }: Chat): boolean {
  const files = uploads.value;
  return files.every(({ id }) => id !== null) && (files.length > 0 || draft.value.trim() !== "");
}

/** Not shown to those who wait for a person or have one. */
function PersonButton({ chat }: { readonly chat: Chat }): JSX.Element | null {
  const thread = chat.thread.value;
  const status = thread.control?.status;
  if (status === "waiting" || status === "assigned") return null;
  return (
    <button
      type="button"
      class="person-button"
      disabled={isAsking(thread, "ask_for_human")}
      onClick={() => chat.ask({ type: "ask_for_human" })}
    >
      <PersonIcon />
      <span>{chat.words.say("person")}</span>
    </button>
  );
}

function grow(field: HTMLTextAreaElement | null): void {
  if (field === null) return;
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
}
