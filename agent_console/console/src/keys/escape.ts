/** Escape leaves what was opened last; what has used the key itself prevents its default. */
import { isComposing } from "@escalation/protocol";
import { useLayoutEffect, useRef } from "react";

const IN_FRONT = "[role=dialog],[role=menu]";
const waiting: (() => void)[] = [];

function onKeyDown(event: KeyboardEvent): void {
  const action = waiting.at(-1);
  if (!action || event.key !== "Escape" || event.defaultPrevented || isComposing(event)) return;
  if (document.querySelector(IN_FRONT)) return;
  event.preventDefault();
  action();
}

function register(action: () => void): () => void {
  if (!waiting.length) document.addEventListener("keydown", onKeyDown);
  waiting.push(action);
  return () => {
    waiting.splice(waiting.indexOf(action), 1);
    if (!waiting.length) document.removeEventListener("keydown", onKeyDown);
  };
}

/** While mounted, Escape anywhere calls `action`, unless something mounted later, a dialog or a menu takes it first. */
export function useEscape(action: () => void): void {
  const latest = useRef(action);
  useLayoutEffect(() => {
    latest.current = action;
  });
  useLayoutEffect(() => register(() => latest.current()), []);
}
