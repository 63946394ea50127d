/**
 * Where the reader of a thread is: at its end, which is followed, or further up. Only so many of the items are drawn as
 * the reader has come to; a thread may have ten thousand.
 */
import { useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";

const NEAR_END_PX = 60;
/** Nearer to the top of what is drawn than this, earlier items are drawn too. */
const NEAR_TOP_PX = 600;
/** Items drawn at the end, and with each step upwards. */
export const DRAWN = 200;

function scrollToEnd(box: HTMLDivElement | null): void {
  if (box) box.scrollTop = box.scrollHeight;
}

export interface ReadingPlace {
  box: RefObject<HTMLDivElement | null>;
  /** What is in the box: it grows without news, by the word below a reply that was read. */
  drawn: RefObject<HTMLDivElement | null>;
  atEnd: boolean;
  /** Index of the first item that is drawn. */
  from: number;
  toEnd: () => void;
  earlier: () => void;
  onScroll: () => void;
}

/**
 * @param count how many items there are; @param newest changes with each new one
 * @param whole false while earlier ones arrive: until then the reader stays at the end, as places count from the first
 */
export function useReading(conversation: string, count: number, newest: unknown, whole: boolean): ReadingPlace {
  const box = useRef<HTMLDivElement>(null);
  const drawn = useRef<HTMLDivElement>(null);
  const kept = useRef<number | null>(null); // pixels below the reader, while earlier items are put in above
  const follows = useRef(true); // `atEnd` as it is now: what grows before the next drawing must not move the reader
  const [atEnd, setAtEnd] = useState(true);
  const [first, setFirst] = useState(0);
  const newestFrom = Math.max(0, count - DRAWN);
  const from = atEnd ? newestFrom : Math.min(first, newestFrom);
  const follow = (end: boolean): void => {
    follows.current = end;
    setAtEnd(end);
  };
  const toEnd = (): void => {
    scrollToEnd(box.current);
    follow(true);
  };
  const earlier = (): void => {
    const element = box.current;
    if (!element || from === 0) return;
    kept.current = element.scrollHeight - element.scrollTop;
    setFirst(Math.max(0, from - DRAWN));
    follow(false);
  };
  const onScroll = (): void => {
    const element = box.current;
    if (!element || !whole) return;
    const near = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END_PX;
    if (atEnd && !near) setFirst(newestFrom);
    follow(near);
    if (!near && element.scrollTop < NEAR_TOP_PX) earlier();
  };
  useLayoutEffect(toEnd, [conversation]);
  useLayoutEffect(() => {
    if (atEnd) toEnd();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only what is new scrolls, not the way to the end
  }, [newest]);
  useLayoutEffect(() => {
    if (box.current && kept.current !== null) box.current.scrollTop = box.current.scrollHeight - kept.current;
    kept.current = null;
  }, [from]);
  useEffect(() => {
    const sizes = new ResizeObserver(() => follows.current && scrollToEnd(box.current));
    for (const { current } of [box, drawn]) if (current) sizes.observe(current);
    return () => sizes.disconnect();
  }, []);
  return { box, drawn, atEnd, from, toEnd, earlier, onScroll };
}
