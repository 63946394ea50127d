/** The widget's state as signals, and everything a customer can do. The only place that knows the connection. */

import { batch, computed, signal } from "@preact/signals-core";
import {
  asking,
  browserStorage,
  CloseCode,
  Connection,
  discarded,
  newClientId,
  openWebSocket,
  sending,
  type ConnectionState,
  type CustomerInbound,
  type MessageView,
  type Outbound,
  type TextStorage,
} from "@escalation/protocol";
import type { Upload } from "./files";
import { Identity, type Customer } from "./identity";
import { failedOf, forgetFailed, keepFailed, keepSeen, seenOf } from "./memory";
import type { Words } from "./phrases";
import { kept, ownKey, socketUrl, type Place } from "./place";
import * as store from "./store";
import type { Extras } from "./ui/extra";

const TYPING_EVERY_MS = 3_000;
const TYPING_FADES_MS = 5_000;
const ANNOUNCED_FOR_MS = 10_000;
const FULL_SCREEN_BELOW_PX = 480;

/** Codes after which this browser becomes a new customer. */
const NEW_CUSTOMER: readonly number[] = [CloseCode.BAD_TOKEN, CloseCode.TOKEN_EXPIRED];

/** Commands without a bubble of their own. */
type Command = Extract<CustomerInbound, { readonly command_id: string }>;
type Ask = Command extends infer C ? (C extends Command ? Omit<C, "command_id"> : never) : never;

export class Chat {
  readonly thread = signal<store.CustomerThread>(store.EMPTY);
  readonly connection = signal<ConnectionState>({ phase: "ended", code: null });
  readonly open = signal(false);
  readonly draft = signal("");
  /** Files that go with the next message. */
  readonly uploads = signal<readonly Upload[]>([]);
  readonly rated = signal(false);
  /** Whether the form for an address is open again after one was left. */
  readonly otherContact = signal(false);
  /** Whether this browser's earlier conversation cannot be shown any more. */
  readonly startedAnew = signal(false);
  readonly seen = signal(0);
  /** What came while the panel was open, for assistive technology to read out once. */
  readonly news = signal<readonly MessageView[]>([]);
  /** Whether the customer opened the panel, as opposed to a page load that found it open. */
  wantsFocus = false;
  /** Whether the last button was pressed by keyboard: if it goes away, the focus needs a place. */
  byKeyboard = false;
  /** How many files were fetched beside the panel; who draws what is in them is drawn again. */
  readonly extras = signal(0);
  /** Called with the third file when it is there. */
  onExtras: (extras: Extras) => void = () => {};
  readonly unread = computed(() => (this.open.value ? 0 : store.unread(this.thread.value, this.seen.value)));

  /** Who of the page wants to hear of messages by others. */
  readonly listeners = new Set<(message: MessageView) => void>();
  /** Called once with each connection that is there; `extras.tsx` sends what the page said of its visitor. */
  onWelcome: (() => void) | null = null;

  readonly #gone = new AbortController();
  readonly #storage: TextStorage;
  /** What only this tab remembers: whether the panel is open, and the draft. */
  readonly #tab: TextStorage;
  readonly identity: Identity;
  /** The customer that this tab follows. */
  #me = "";
  readonly #connection: Connection<CustomerInbound>;
  #typingSent = 0;
  #typingFades: ReturnType<typeof setTimeout> | undefined;
  #renewed = false;

  constructor(
    readonly place: Place,
    readonly words: Words,
  ) {
    this.#storage = kept(place);
    this.#tab = kept(place, browserStorage("sessionStorage"));
    this.identity = new Identity(place, words.locale, this.#storage);
    this.#connection = new Connection<CustomerInbound>({
      url: () => socketUrl(place),
      credentials: () => this.#credentials(),
      openSocket: openWebSocket,
      storage: this.#storage,
      outboxKey: "outbox",
      onFrame: (frame) => batch(() => this.#receive(frame)),
      onState: (state) => this.#changed(state),
    });
    this.#remember();
    this.#listen();
  }

  /** Show or hide the panel. Nothing is sent to the service before the first showing. */
  show(open: boolean): void {
    this.wantsFocus = open;
    this.news.value = []; // read out already, and not again with the panel
    this.open.value = open;
    this.#tab.set("open", open ? "yes" : "no");
    if (open) this.#connect();
    this.markSeen();
  }

  write(draft: string): void {
    this.draft.value = draft;
    this.#tab.set("draft", draft);
    const now = Date.now();
    const heard = this.thread.value.conversation !== "" && this.thread.value.control?.status !== "bot";
    if (draft === "" || !heard || now - this.#typingSent < TYPING_EVERY_MS) return;
    this.#typingSent = now;
    this.tell({ type: "typing" });
  }

  say(text: string): void {
    const sent = this.uploads.value;
    const attachments = sent.flatMap(({ id }) => id ?? []);
    this.write("");
    this.uploads.value = [];
    const files = attachments.length > 0 ? { attachments } : {};
    const shown = text || sent.map(({ file }) => file.name).join(", ");
    this.#speak({ type: "say", client_message_id: newClientId(), ...files, text }, shown);
  }

  choose(choicesMessageId: string, intent: string | null, title: string): void {
    const ids = { client_message_id: newClientId(), choices_message_id: choicesMessageId };
    this.#speak({ type: "choose", ...ids, intent }, title);
  }

  retry(pending: store.Pending): void {
    forgetFailed(this.#storage, pending.ref);
    this.#speak(pending.request, pending.text);
  }

  discard(pending: store.Pending): void {
    forgetFailed(this.#storage, pending.ref);
    this.thread.value = discarded(this.thread.value, pending.ref);
  }

  unhelpful(messageId: string): void {
    this.thread.value = store.calledUnhelpful(this.thread.value, messageId);
    this.ask({ type: "unhelpful", message_id: messageId });
  }

  rate(score: number, comment: string): void {
    this.rated.value = true;
    this.ask({ type: "rate", score, comment });
  }

  /** Ask for something that has no bubble of its own. */
  ask(ask: Ask): void {
    const request = { ...ask, command_id: newClientId() } as Command;
    this.thread.value = asking(this.thread.value, { ref: request.command_id, type: ask.type, conversation: "" });
    this.#connection.request(request);
    this.#connect();
  }

  /** Say something now or never; returns whether there was somebody to say it to. */
  tell(frame: CustomerInbound): boolean {
    return this.#connection.send(frame);
  }

  /** Do not wait for the next attempt. */
  retryNow(): void {
    this.#connection.retryNow();
    if (this.connection.value.phase === "ended") this.#connection.start();
  }

  /** What is in the thread now has been seen, if the panel is open in a visible tab. */
  markSeen(): void {
    const last = this.thread.value.messages.at(-1)?.seq ?? 0;
    if (!this.open.value || document.visibilityState !== "visible" || last <= this.seen.value) return;
    this.seen.value = last;
    keepSeen(this.#storage, this.thread.value.conversation, last);
  }

  /** Whether the site signed who this customer is. */
  get signed(): boolean {
    return this.#storage.get("signed") === "yes";
  }

  /**
   * This browser is `customer` from now on, or a visitor whom nobody knows yet. What was written before stays only if
   * `same` says that it is the same person, whom the site knows now.
   */
  become(customer: Customer | null, same: boolean): void {
    if (customer !== null && customer.customer === this.#me) this.identity.keep(customer);
    else {
      this.#connection.stop();
      if (same) this.#leaveCustomer();
      else this.#forgetAll();
      if (customer !== null) this.identity.keep(customer);
      if (this.open.value || customer !== null) this.#connect();
    }
    if (customer !== null) this.#storage.set("signed", "yes");
    else this.#storage.remove("signed");
  }

  /** End everything: no socket, no listener of ours is left. What the browser keeps stays. */
  destroy(): void {
    this.#gone.abort();
    this.#connection.stop();
  }

  #speak(request: store.SpokenRequest, text: string): void {
    this.#storage.remove("anew");
    this.thread.value = sending(this.thread.value, request, text);
    this.#connection.request(request);
    this.#connect();
  }

  #connect(): void {
    if (this.connection.value.phase === "ended" && this.connection.value.code === null) this.#connection.start();
  }

  async #credentials(): Promise<{ token: string } | null> {
    const customer = await this.identity.ensure();
    if (customer === null) return null;
    this.#me = customer.customer;
    this.#connection.follow(`customer:${customer.customer}`, 0);
    return { token: customer.token };
  }

  #receive(frame: Outbound): void {
    const before = this.thread.value.conversation;
    this.thread.value = store.apply(this.thread.value, frame);
    const now = this.thread.value.conversation;
    if (now !== before) this.#moveTo(before, now);
    if (frame.type === "welcome") {
      this.#renewed = false;
      if (frame.token) this.identity.renew(frame.token);
      this.onWelcome?.();
    }
    if (frame.type === "typing") this.#fadeTyping();
    const news = store.newsOf(this.thread.value, frame);
    if (news) for (const heard of this.listeners) heard(news);
    if (news && this.open.value) this.#announce(news);
    if (frame.type === "control" && frame.control.status !== "closed") this.rated.value = false;
    if (frame.type === "error") keepFailed(this.#storage, this.thread.value.pending, frame.ref);
    this.markSeen();
  }

  #moveTo(before: string, now: string): void {
    if (before !== "") this.#connection.unfollow(`conversation:${before}`);
    if (now === "") return;
    this.#connection.follow(`conversation:${now}`);
    this.#storage.set("talks", "yes");
    this.seen.value = seenOf(this.#storage, now);
  }

  #changed(state: ConnectionState): void {
    this.connection.value = state;
    if (state.phase !== "ended" || state.code === null) return;
    if (state.code === CloseCode.ERASED) this.#forgetAll();
    else if (NEW_CUSTOMER.includes(state.code) && this.identity.known() !== null && !this.#renewed) this.#renew();
  }

  /** The token is not valid any more: be a new customer, once, with what was not sent yet, and say so. */
  #renew(): void {
    this.#renewed = true;
    if (this.#storage.get("talks") === "yes") {
      this.startedAnew.value = true;
      this.#storage.set("anew", "yes"); // for who did not have the panel open on this page
      this.#storage.remove("talks");
    }
    this.#leaveCustomer();
    setTimeout(() => this.#connection.start());
  }

  #forgetAll(): void {
    this.#leaveCustomer();
    this.#connection.outbox.clear();
    for (const key of ["failed", "talks", "seen", "anew", "signed"]) this.#storage.remove(key);
    this.#tab.remove("draft");
    this.draft.value = "";
    this.uploads.value = [];
    this.thread.value = store.EMPTY;
    this.connection.value = { phase: "ended", code: null };
  }

  /** Another tab became somebody else: what this one shows is not theirs to see. */
  #leftElsewhere(): void {
    this.#connection.stop();
    this.#connection.unfollow(`customer:${this.#me}`);
    this.#connection.unfollow(`conversation:${this.thread.value.conversation}`);
    this.#me = "";
    this.thread.value = store.EMPTY;
    this.#connect();
  }

  #leaveCustomer(): void {
    this.#connection.unfollow(`customer:${this.#me}`);
    this.#me = "";
    const conversation = this.thread.value.conversation;
    if (conversation !== "") this.#connection.unfollow(`conversation:${conversation}`);
    this.identity.forget();
    this.thread.value = { ...store.EMPTY, pending: this.thread.value.pending };
  }

  #fadeTyping(): void {
    clearTimeout(this.#typingFades);
    this.#typingFades = setTimeout(() => {
      this.thread.value = store.typingFaded(this.thread.value);
    }, TYPING_FADES_MS);
  }

  /** Read out what is new, and leave it no longer than that takes to begin. */
  #announce(message: MessageView): void {
    this.news.value = [...this.news.value, message];
    setTimeout(() => {
      this.news.value = this.news.value.filter((one) => one !== message);
    }, ANNOUNCED_FOR_MS);
  }

  /** What earlier pages and other tabs left behind. */
  #remember(): void {
    let thread = store.EMPTY;
    for (const request of this.#connection.outbox.waiting) {
      if (request.type === "say") thread = sending(thread, request, request.text);
      if (request.type === "choose") thread = sending(thread, request, request.intent ?? this.words.say("none"));
    }
    const known = new Set(thread.pending.map((one) => one.ref));
    const failed = failedOf(this.#storage).filter((one) => !known.has(one.ref));
    this.thread.value = { ...thread, pending: [...failed, ...thread.pending] };
    this.draft.value = this.#tab.get("draft") ?? "";
    this.startedAnew.value = this.#storage.get("anew") === "yes";
    // on a small screen the panel covers the page, which somebody who just came to it wants to see
    this.open.value = this.#tab.get("open") === "yes" && innerWidth > FULL_SCREEN_BELOW_PX;
    const talks = this.#storage.get("talks") === "yes" && this.identity.known() !== null;
    if (this.open.value || talks || thread.pending.length > 0) this.#connect();
  }

  #listen(): void {
    const { signal } = this.#gone;
    addEventListener("online", () => this.#connection.retryNow(), { signal });
    addEventListener("offline", () => this.#connection.networkLost(), { signal });
    const look = (): void => {
      if (document.visibilityState !== "visible") return;
      this.#connection.retryNow();
      this.markSeen();
    };
    document.addEventListener("visibilitychange", look, { signal });
    const hear = (event: StorageEvent): void => {
      const conversation = this.thread.value.conversation;
      if (event.key === ownKey(this.place, "seen") && conversation !== "")
        this.seen.value = seenOf(this.#storage, conversation);
      if (event.key !== ownKey(this.place, "customer")) return;
      const now = this.identity.known();
      if (this.#me !== "" && now?.customer !== this.#me) this.#leftElsewhere();
      else if (now !== null) this.#connect();
    };
    addEventListener("storage", hear, { signal });
  }
}
