/** Messages as bubbles, gathered by who wrote them; notices as lines between. */

import type { MessageView } from "@escalation/protocol";
import { Fragment, type ComponentChildren, type JSX } from "preact";
import type { Chat } from "../chat";
import { piecesOf } from "../links";
import type { Words as Phrasebook } from "../phrases";
import { isRead, judgeable } from "../store";
import { Extra } from "./extra";
import { Face } from "./header";
import { noticeWords } from "./notice";

/** Later than this after the one before, a message starts a group of its own. */
const GROUP_MS = 5 * 60_000;

/** Neighbouring messages by one author within five minutes; a notice is always alone. */
export function groupsOf(messages: readonly MessageView[]): MessageView[][] {
  const groups: MessageView[][] = [];
  for (const message of messages) {
    const last = groups.at(-1)?.at(-1);
    if (last !== undefined && together(last, message)) groups.at(-1)!.push(message);
    else groups.push([message]);
  }
  return groups;
}

function together(last: MessageView, next: MessageView): boolean {
  if (last.author === "system" || next.author === "system") return false;
  const near = Date.parse(next.at) - Date.parse(last.at) < GROUP_MS;
  return near && last.author === next.author && last.author_name === next.author_name;
}

/** Who wrote it, as the customer reads it. */
export function nameOf({ author, author_name }: MessageView, words: Phrasebook): string {
  if (author === "agent") return author_name ?? words.say("an_agent");
  return words.say(author === "customer" ? "you" : "with_bot");
}

export function Group({
  chat,
  group,
}: {
  readonly chat: Chat;
  readonly group: readonly MessageView[];
}): JSX.Element | null {
  const { words } = chat;
  const first = group[0]!;
  const last = group.at(-1)!;
  if (first.author === "system" && first.body.kind === "notice") {
    const text = noticeWords(words, first.body);
    return text === null ? null : <p class="notice">{text}</p>;
  }
  const mine = first.author === "customer";
  const name = nameOf(first, words);
  return (
    <div class={mine ? "group mine" : "group theirs"}>
      {!mine && <Face name={first.author === "agent" ? name : null} />}
      <div class="bubbles">
        {group.map((message) => (
          <Fragment key={message.id}>
            {message.quotes && (
              <Extra chat={chat} quiet part={({ Quoted }) => <Quoted chat={chat} id={message.quotes!} />} />
            )}
            <Bubble chat={chat} message={message} name={name} />
          </Fragment>
        ))}
        <p class="meta">
          {!mine && <bdi>{name}</bdi>}
          <time dateTime={last.at}>{words.time(last.at)}</time>
          {mine && isRead(chat.thread.value, last) && <span>{words.say("read")}</span>}
        </p>
        <Judgement chat={chat} message={last} />
      </div>
    </div>
  );
}

function Bubble({
  chat,
  message,
  name,
}: {
  readonly chat: Chat;
  readonly message: MessageView;
  readonly name: string;
}): JSX.Element {
  const { words } = chat;
  const { body } = message;
  const who = (
    <span class="hidden">
      <bdi>{name}</bdi>:{" "}
    </span>
  );
  switch (body.kind) {
    case "text":
      return (
        <Words who={who}>
          {linked(body.text)}
          {message.edited && <small> {words.say("edited")}</small>}
        </Words>
      );
    case "choices":
      return (
        <Extra chat={chat} part={({ Choices }) => <Choices chat={chat} message={message} body={body} who={who} />} />
      );
    case "choice":
      return <Words who={who}>{body.title ?? words.say("none")}</Words>;
    case "notice":
      return <Words who={who}>{noticeWords(words, body)}</Words>;
    case "attachment":
      return <Extra chat={chat} part={({ Attachment }) => <Attachment chat={chat} body={body} who={who} />} />;
    default:
      return <p class="bubble gone">{words.say(body.kind)}</p>;
  }
}

export function Words({
  who,
  children,
}: {
  readonly who: JSX.Element;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <p class="bubble" dir="auto">
      {who}
      {children}
    </p>
  );
}

/** Text with its addresses as links. */
export function linked(text: string): ComponentChildren {
  return piecesOf(text).map((piece) =>
    piece.href === null ? (
      piece.text
    ) : (
      <a href={piece.href} dir="ltr" target="_blank" rel="noopener noreferrer nofollow">
        {piece.text}
      </a>
    ),
  );
}

function Judgement({ chat, message }: { readonly chat: Chat; readonly message: MessageView }): JSX.Element | null {
  const thread = chat.thread.value;
  if (thread.unhelpful.includes(message.id)) return <p class="judged">{chat.words.say("noted")}</p>;
  if (judgeable(thread)?.id !== message.id) return null;
  return (
    <button type="button" class="judge" onClick={() => chat.unhelpful(message.id)}>
      {chat.words.say("unhelpful")}
    </button>
  );
}
