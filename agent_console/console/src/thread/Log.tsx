/** The thread itself. It stays at the newest message unless somebody has scrolled up to read. */
import { Button } from "@mantine/core";
import { Suspense, useMemo } from "react";
import { dayOf, words } from "../locale/words";
import { customerName, THREAD_ID } from "../components/names";
import { lazily } from "../components/lazily";
import { useNow } from "../components/now";
import type { Thread } from "@escalation/protocol";
import { useStore } from "../store/store";
import { readReply, threadItems, type Item } from "./items";
import { Decision, Message, Notice } from "./Message";
import { PendingMessage } from "./PendingMessage";
import css from "./thread.module.css";
import { useReading } from "./useReading";

const Arrows = lazily(() => import("./Arrows").then((file) => file.Arrows));

function useItems(thread: Thread): Item[] {
  const all = useStore((state) => state.pending);
  return useMemo(() => {
    const own = all.filter((one) => one.request.conversation === thread.conversation);
    return threadItems(thread, own);
  }, [thread, all]);
}

interface ItemProps {
  item: Item;
  me: string;
  conversation: string;
  /** The message under which it says that it was read. */
  read: string | null;
}

function ItemView({ item, me, conversation, read }: ItemProps) {
  switch (item.kind) {
    case "day":
      return (
        <div className={css.day}>
          <span>{dayOf(item.at)}</span>
        </div>
      );
    case "message":
      return (
        <Message
          message={item.message}
          first={item.first}
          me={me}
          conversation={conversation}
          read={item.message.id === read}
        />
      );
    case "notice":
      return <Notice message={item.message} />;
    case "decision":
      return <Decision decision={item.decision} />;
    case "pending":
      return <PendingMessage pending={item.pending} />;
  }
}

function TypingHint({ conversation }: { conversation: string }) {
  const hint = useStore((state) => state.typing[conversation] ?? null);
  const skew = useStore((state) => state.skew);
  const now = useNow();
  return (
    <p className={css.typing} aria-live="polite">
      {hint &&
        now < hint.until + skew &&
        (hint.who === "customer"
          ? words("typing.customer")
          : words("typing.agent", { name: hint.name ?? words("author.agent") }))}
    </p>
  );
}

export function Log({ thread }: { thread: Thread }) {
  const items = useItems(thread);
  const me = useStore((state) => state.me?.name ?? "");
  const read = useStore((state) => readReply(thread, me, state.readByCustomer[thread.conversation] ?? 0));
  const place = useReading(thread.conversation, items.length, items, thread.loaded);
  const { box, drawn, atEnd, from, toEnd, earlier, onScroll } = place;
  return (
    <div className={css.logBox}>
      <div
        ref={box}
        id={THREAD_ID}
        role="log"
        aria-live="off" // the news are told by `NewMessages`
        tabIndex={0}
        className={css.log}
        onScroll={onScroll}
        aria-label={words("thread.label", { id: customerName(thread) })}
        aria-busy={!thread.loaded}
      >
        <div ref={drawn}>
          {thread.erased && <p className={css.erased}>{words("thread.erased")}</p>}
          {from > 0 && (
            <Button size="compact-sm" variant="default" mx="auto" onClick={earlier}>
              {words("thread.earlier")}
            </Button>
          )}
          {items.slice(from).map((item) => (
            <ItemView key={item.key} item={item} me={me} conversation={thread.conversation} read={read} />
          ))}
        </div>
      </div>
      <Suspense>
        <Arrows />
      </Suspense>
      <TypingHint conversation={thread.conversation} />
      {!atEnd && (
        <Button size="compact-sm" className={css.newest ?? ""} onClick={toEnd}>
          {words("thread.new")}
        </Button>
      )}
    </div>
  );
}
