/**
 * Brings the panel, a file of its own, before it is needed: when the browser is idle, when the launcher is pointed at,
 * or at the latest when the chat is opened.
 *
 * The file is an ES module beside `widget.js`. `import()` works in a classic script as in a module, on any origin as
 * long as the service allows it (`Access-Control-Allow-Origin`); the address is made from the script's own, because
 * a relative one would be the page's. A failed `import()` of an address fails for ever in some browsers, so each try
 * has another address.
 */

import { effect } from "@preact/signals-core";
import panelFile from "virtual:panel-file";
import type { Chat } from "./chat";
import type { Host } from "./host";

const AGAIN_AFTER_MS = 2_000;
const IDLE_AT_LATEST_MS = 3_000;

type PanelFile = typeof import("./panel");

export class PanelLoader {
  /** The element that the panel is drawn into. */
  readonly place = document.createElement("div");
  readonly #chat: Chat;
  readonly #host: Host;
  #arrived: (file: PanelFile) => void = () => {};
  /** Resolves when the file is there. */
  readonly file = new Promise<PanelFile>((there) => (this.#arrived = there));
  #tries = 0;
  #there = false;
  #underWay = false;

  constructor(chat: Chat, host: Host) {
    this.#chat = chat;
    this.#host = host;
  }

  /** From now on have the panel ready, and shown while the chat is open. */
  follow(): void {
    if ("requestIdleCallback" in window) requestIdleCallback(() => this.fetch(), { timeout: IDLE_AT_LATEST_MS });
    else setTimeout(() => this.fetch(), IDLE_AT_LATEST_MS); // Safari
    effect(() => {
      if (this.#chat.open.value) this.fetch();
    });
  }

  /** Fetch the file unless it is there or under way. While the chat is open a failed try is repeated. */
  fetch(): void {
    if (this.#there || this.#underWay) return;
    this.#underWay = true;
    const url = new URL(`widget/${panelFile}`, this.#chat.place.base);
    if (this.#tries++ > 0) url.searchParams.set("try", String(this.#tries));
    import(/* @vite-ignore */ url.href).then(
      (file: PanelFile) => this.#show(file),
      () => this.#failed(),
    );
  }

  #show(file: PanelFile): void {
    this.#there = true;
    this.#chat.onExtras = ({ styles, PageDialogs }) => {
      this.#host.addStyles(styles);
      const dialogs = new PageDialogs(this.#host);
      effect(() => dialogs.follow(this.#chat.open.value, this.#chat.wantsFocus));
    };
    this.#host.addStyles(file.styles);
    file.begin(this.#chat, this.#host);
    // drawing is synchronous, so the effect knows every signal that any component read
    effect(() => file.draw(this.#chat, this.place));
    this.#arrived(file);
  }

  #failed(): void {
    this.#underWay = false;
    setTimeout(() => {
      if (this.#chat.open.value) this.fetch();
    }, AGAIN_AFTER_MS);
  }
}
