/** The messages, oldest first, and what stands below them: who is writing, cards, what the customer can do. */

import { newClientId, type MessageView } from "@escalation/protocol";
import { Component, createRef, type JSX } from "preact";
import type { Chat } from "../chat";
import { botThinks, contactLeft, needsContact, type CustomerThread } from "../store";
import { Extra } from "./extra";
import { Face } from "./header";
import { DownIcon } from "./icons";
import { Group, groupsOf } from "./message";
import { PendingBubble } from "./pending";

/** Nearer to the end than this, new messages scroll into view by themselves. */
const NEAR_END_PX = 80;
const TELL_EVERY_MS = 1_000;

/** Follows the end of the thread, unless the customer scrolled up (`away`) to read. */
export class ThreadView extends Component<{ readonly chat: Chat }, { readonly away: boolean }> {
  override state = { away: false };
  readonly #scroller = createRef<HTMLDivElement>();
  #pending = 0;
  #told = "";
  #telling = false;

  override componentDidMount(): void {
    const scroller = this.#scroller.current!;
    // pictures make it longer once they are there
    new ResizeObserver(() => this.state.away || this.#toEnd()).observe(scroller.querySelector(".log")!);
    this.#tell();
  }

  override componentDidUpdate(): void {
    const pending = this.props.chat.thread.peek().pending.length;
    if (!this.state.away || pending > this.#pending) this.#toEnd();
    this.#pending = pending;
    this.#tell();
  }

  /** Say how far the customer has seen, now that it is drawn: at most once a second, and the newest. */
  #tell(): void {
    const { chat } = this.props;
    const { conversation } = chat.thread.peek();
    const seq = chat.seen.peek();
    const place = conversation + seq;
    if (this.#telling || seq === 0 || place === this.#told) return;
    if (!chat.tell({ type: "read", command_id: newClientId(), conversation, seq })) return;
    this.#told = place;
    this.#telling = true;
    setTimeout(() => {
      this.#telling = false;
      this.#tell();
    }, TELL_EVERY_MS);
  }

  readonly #toEnd = (): void => {
    const scroller = this.#scroller.current;
    if (scroller !== null) scroller.scrollTop = scroller.scrollHeight;
  };

  readonly #look = (event: { readonly currentTarget: HTMLElement }): void => {
    const { scrollHeight, scrollTop, clientHeight } = event.currentTarget;
    const away = scrollHeight - scrollTop - clientHeight > NEAR_END_PX;
    if (away !== this.state.away) this.setState({ away });
  };

  override render({ chat }: { readonly chat: Chat }): JSX.Element {
    const { words } = chat;
    void chat.seen.value; // draws again, and so tells, when more was seen
    return (
      <div class="middle">
        <div
          class="thread"
          ref={this.#scroller}
          onScroll={this.#look}
          tabIndex={0}
          role="region"
          aria-label={words.say("thread")}
        >
          <Log chat={chat} thread={chat.thread.value} />
          <Below chat={chat} thread={chat.thread.value} />
        </div>
        {this.state.away && (
          <button type="button" class="to-end" aria-label={words.say("new_messages")} onClick={this.#toEnd}>
            <DownIcon />
          </button>
        )}
      </div>
    );
  }
}

function Log({ chat, thread }: { readonly chat: Chat; readonly thread: CustomerThread }): JSX.Element {
  const empty = thread.messages.length + thread.earlier.length + thread.pending.length === 0;
  return (
    <>
      {chat.startedAnew.value && <p class="divider">{chat.words.say("started_anew")}</p>}
      {empty && <Greeting chat={chat} />}
      <div class="log" role="log" aria-live="off" /* the news are told by `Announcer` */>
        <Messages chat={chat} messages={thread.earlier} />
        {thread.earlier.length > 0 && <p class="divider">{chat.words.say("earlier")}</p>}
        <Messages chat={chat} messages={thread.messages} />
        {thread.pending.map((pending) => (
          <PendingBubble key={pending.ref} chat={chat} pending={pending} />
        ))}
      </div>
    </>
  );
}

function Messages({ chat, messages }: { readonly chat: Chat; readonly messages: readonly MessageView[] }): JSX.Element {
  return (
    <>
      {groupsOf(messages).map((group) => (
        <Group key={group[0]!.id} chat={chat} group={group} />
      ))}
    </>
  );
}

function Below({ chat, thread }: { readonly chat: Chat; readonly thread: CustomerThread }): JSX.Element | null {
  const { words } = chat;
  const agent = thread.control?.agent_name ?? words.say("an_agent");
  if (thread.typing !== null)
    return <Writing label={words.say("typing", { name: thread.typing || agent })} name={agent} />;
  if (chat.connection.value.phase === "live" && botThinks(thread))
    return <Writing label={words.say("thinking")} name={null} />;
  if (needsContact(thread)) return <Extra chat={chat} part={({ ContactCard }) => <ContactCard chat={chat} />} />;
  if (contactLeft(thread)) return <Extra chat={chat} part={({ ContactLeftCard }) => <ContactLeftCard chat={chat} />} />;
  if (thread.control?.status === "waiting")
    return <Extra chat={chat} part={({ WaitingCard }) => <WaitingCard chat={chat} />} />;
  if (thread.control?.can_rate || chat.rated.value)
    return <Extra chat={chat} part={({ RatingCard }) => <RatingCard chat={chat} />} />;
  return null;
}

function Writing({ label, name }: { readonly label: string; readonly name: string | null }): JSX.Element {
  return (
    <div class="group theirs" role="status">
      <Face name={name} />
      <div class="bubbles">
        <p class="bubble writing">
          <span class="hidden">{label}</span>
          <i />
          <i />
          <i />
        </p>
      </div>
    </div>
  );
}

function Greeting({ chat }: { readonly chat: Chat }): JSX.Element {
  return (
    <div class="greeting">
      <Face name={null} />
      <h3>{chat.words.say("hello")}</h3>
      <p>{chat.words.say("hello_more")}</p>
    </div>
  );
}
