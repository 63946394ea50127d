/** The thread itself. It stays at the newest message unless somebody has scrolled up to read. */
import { Button } from "@mantine/core";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { dayOf, words } from "../locale/words";
import { customerName, THREAD_ID } from "../components/names";
import { useNow } from "../components/now";
import type { Thread } from "@escalation/protocol";
import { useStore } from "../store/store";
import { threadItems, type Item } from "./items";
import { Decision, Message, Notice } from "./Message";
import { PendingMessage } from "./PendingMessage";
import css from "./thread.module.css";

const NEAR_END_PX = 60;

function useItems(thread: Thread): Item[] {
  const all = useStore((state) => state.pending);
  return useMemo(() => {
    const own = all.filter((one) => one.request.conversation === thread.conversation);
    return threadItems(thread, own);
  }, [thread, all]);
}

function ItemView({ item, me }: { item: Item; me: string }) {
  switch (item.kind) {
    case "day":
      return (
        <div className={css.day}>
          <span>{dayOf(item.at)}</span>
        </div>
      );
    case "message":
      return <Message message={item.message} first={item.first} me={me} />;
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

/** Follow the end while the reader is there; a new conversation starts at its end. */
function useStickToEnd(conversation: string, newest: unknown) {
  const box = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const toEnd = (): void => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
    setAtEnd(true);
  };
  useLayoutEffect(toEnd, [conversation]);
  useLayoutEffect(() => {
    if (atEnd) toEnd();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only what is new scrolls, not the way to the end
  }, [newest]);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const sizes = new ResizeObserver(() => atEnd && toEnd());
    sizes.observe(element);
    return () => sizes.disconnect();
  }, [atEnd]);
  const onScroll = (): void => {
    const element = box.current;
    if (element) setAtEnd(element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END_PX);
  };
  return { box, atEnd, toEnd, onScroll };
}

export function Log({ thread }: { thread: Thread }) {
  const items = useItems(thread);
  const me = useStore((state) => state.me?.name ?? "");
  const { box, atEnd, toEnd, onScroll } = useStickToEnd(thread.conversation, items);
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
        aria-label={words("thread.label", { id: customerName(thread.customer) })}
        aria-busy={!thread.loaded}
      >
        {thread.erased && <p className={css.erased}>{words("thread.erased")}</p>}
        {items.map((item) => (
          <ItemView key={item.key} item={item} me={me} />
        ))}
      </div>
      <TypingHint conversation={thread.conversation} />
      {!atEnd && (
        <Button size="compact-sm" className={css.newest ?? ""} onClick={toEnd}>
          {words("thread.new")}
        </Button>
      )}
    </div>
  );
}
