/**
 * A page's modal dialog (`showModal()`) makes everything inert that is not inside it. Somebody with the chat open
 * goes on in it: the widget moves into the dialog, and back when that closes. A chat that is closed stays where it is,
 * behind the dialog with the rest of the page.
 */

import type { Host } from "./host";

const CHANGES = { subtree: true, childList: true, attributes: true, attributeFilter: ["open"] };

export class PageDialogs {
  readonly #host: Host;
  readonly #changed = new MutationObserver(() => this.#place());
  /** In the order in which they were opened. */
  #modal: readonly Element[] = [];
  #chatOpen = false;

  constructor(host: Host) {
    this.#host = host;
  }

  /**
   * Dialogs matter while the chat is open, and until the one it was closed in is closed. Behind one the field could not
   * take the focus that somebody who opened the chat (`wantsFocus`) expects it to have.
   */
  follow(chatOpen: boolean, wantsFocus: boolean): void {
    this.#chatOpen = chatOpen;
    if (chatOpen) this.#changed.observe(document, CHANGES);
    const { root } = this.#host;
    if (this.#place() && chatOpen && wantsFocus && root.activeElement === null) root.querySelector("textarea")?.focus();
  }

  /** Returns whether it is in a dialog. */
  #place(): boolean {
    const now = [...document.querySelectorAll("dialog:modal")];
    this.#modal = [
      ...this.#modal.filter((one) => now.includes(one)),
      ...now.filter((one) => !this.#modal.includes(one)),
    ];
    const front = this.#modal.at(-1);
    const inside = this.#modal.some((one) => one.contains(this.#host.element));
    const stays = front !== undefined && (this.#chatOpen || inside);
    this.#host.moveTo(stays ? front : document.documentElement);
    if (!this.#chatOpen && !stays) this.#changed.disconnect();
    return stays;
  }
}
