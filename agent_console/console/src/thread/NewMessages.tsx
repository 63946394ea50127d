/**
 * Tells assistive technology what others write in the thread that is shown, once. The log itself is not live: it would
 * be read out from its beginning whenever a conversation is opened or read again.
 */
import type { MessageView, Thread } from "@escalation/protocol";
import { useEffect, useRef, useState } from "react";
import { useStore } from "../store/store";
import { newMessages, spoken } from "./news";

const KEPT = 10;

export function NewMessages({ thread }: { thread: Thread }) {
  const me = useStore((state) => state.me?.name ?? "");
  const before = useRef<Thread | null>(null);
  const [told, setTold] = useState<readonly MessageView[]>([]);
  useEffect(() => {
    const fresh = newMessages(before.current, thread, me);
    before.current = thread;
    if (fresh.length > 0) setTold((old) => [...old, ...fresh].slice(-KEPT));
  }, [thread, me]);
  return (
    <div className="hidden-text" aria-live="polite" aria-relevant="additions">
      {told.map((message) => (
        <p key={message.id}>{spoken(message, me)}</p>
      ))}
    </div>
  );
}
