/** Tells assistive technology, politely, what changed elsewhere on the page: the connection and the queue. */
import { useEffect, useRef, useState } from "react";
import { counted } from "../locale/words";
import { countRows } from "../store/lists";
import { useStore } from "../store/store";
import { useLinkWords } from "./linkWords";

export function Announcer() {
  const link = useLinkWords();
  const waiting = useStore((state) => countRows(state, "queue").total);
  const before = useRef(waiting);
  const [said, setSaid] = useState("");
  useEffect(() => setSaid(link), [link]);
  useEffect(() => {
    if (waiting > before.current) setSaid(counted("list.waiting", waiting));
    before.current = waiting;
  }, [waiting]);
  return (
    <div role="status" className="hidden-text">
      {said}
    </div>
  );
}
