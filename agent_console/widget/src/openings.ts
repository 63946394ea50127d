/**
 * A line above the launcher that invites visitors of some pages to ask: the fourth file of the widget, fetched where a
 * page has rules. Nothing is sent to the service: there is no message and no conversation until the visitor writes.
 */

import type { Chat } from "./chat";
import type { Host } from "./host";
import { parsedRules, ruleFor, type Rule } from "./opening_rules";
import { kept } from "./place";
import styles from "./styles/openings.css?inline";

const TICK_MS = 1_000;

/** Counts the seconds that the visitor looks at a page, and shows the line when they are over. Once a day at most. */
export class Openings {
  readonly #chat: Chat;
  readonly #line = document.createElement("div");
  readonly #rules: readonly Rule[];
  readonly #timer: ReturnType<typeof setInterval>;
  #rule: Rule | undefined;
  #path = "";
  #ticks = 0;

  constructor(chat: Chat, host: Host, rules: string) {
    this.#chat = chat;
    this.#rules = parsedRules(rules, (line) => console.error(`data-openings: "${line}" is no path, seconds and text.`));
    host.addStyles(styles);
    this.#line.className = "opening";
    this.#line.setAttribute("aria-live", "polite"); // it is told, and takes no focus
    host.content.prepend(this.#line);
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    chat.open.subscribe((open) => {
      if (open) this.#end();
    });
    this.#tick();
  }

  #tick(): void {
    if (!this.#line.isConnected) return this.#end(); // the chat was taken off the page
    if (location.pathname !== this.#path) this.#arrive();
    if (document.visibilityState !== "visible" || this.#rule === undefined) return;
    if (this.#ticks++ >= this.#rule.seconds) this.#show(this.#rule.text);
  }

  /** Pages that load the next one by script begin to count anew; a line of the page before goes. */
  #arrive(): void {
    this.#path = location.pathname;
    this.#rule = ruleFor(this.#rules, this.#path);
    this.#ticks = 0;
    this.#line.replaceChildren();
  }

  #show(text: string): void {
    const storage = kept(this.#chat.place);
    const today = new Date().toDateString();
    const { control } = this.#chat.thread.peek();
    if (storage.get("talks") === "yes" && control === null) return; // not known yet whether a conversation is open
    this.#rule = undefined;
    const talking = control !== null && control.status !== "closed";
    if (talking || storage.get("opening") === today) return this.#end();
    storage.set("opening", today);
    const ask = button("ask", text, () => this.#chat.show(true));
    ask.dir = "auto";
    const dismiss = button("dismiss", "\u00d7", () => this.#end());
    dismiss.setAttribute("aria-label", this.#chat.words.say("dismiss"));
    this.#line.replaceChildren(ask, dismiss);
  }

  #end(): void {
    clearInterval(this.#timer);
    this.#line.remove();
  }
}

function button(name: string, text: string, act: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = name;
  made.textContent = text;
  made.onclick = act;
  return made;
}
