/** The conversation up to the request that is audited; the messages of the request are marked. */
import { useEffect, useRef } from "react";
import { dayOf, moment, words } from "../locale/words";
import { continues } from "../thread/items";
import { Message, Notice } from "../thread/Message";
import type { MessageView } from "../wire/frames";
import type { AuditTaskBody } from "../wire/resources";
import css from "./audits.module.css";

type Asked = AuditTaskBody["messages"][number];

/** As a thread shows it. Nothing tells which agent wrote. */
const asMessage = ({ author, at, body }: Asked, i: number): MessageView => ({
  id: String(i),
  seq: i,
  at,
  author,
  author_name: null,
  internal: false,
  client_message_id: null,
  edited: false,
  quotes: null,
  body,
});

function Said({ messages }: { messages: readonly Asked[] }) {
  const views = messages.map(asMessage);
  return views.map((view, i) => (
    <div key={view.id} className={messages[i]?.asked ? css.asked : css.before}>
      {messages[i]?.asked && !messages[i - 1]?.asked && <h2>{words("audits.asked")}</h2>}
      {view.author === "system" ? (
        <Notice message={view} />
      ) : (
        <Message message={view} first={!continues(views[i - 1], view)} me="" conversation="" />
      )}
    </div>
  ));
}

export function Conversation({ task }: { task: AuditTaskBody }) {
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [task.id]);
  const first = task.messages[0];
  return (
    <section ref={box} className={css.conversation} aria-label={words("audits.conversation")} tabIndex={0}>
      {first && <p className={css.day}>{dayOf(first.at)}</p>}
      <Said messages={task.messages} />
      <p className={css.until}>
        {words("audits.by")} <time dateTime={task.needed_by}>{moment(task.needed_by)}</time>
      </p>
    </section>
  );
}
