/** Single-key shortcuts: they can be switched off, and never fire while somebody types or a dialog is open. */
import { isComposing } from "@escalation/protocol";
import { useLayoutEffect, useRef } from "react";
import { readText } from "../store/preferences";

export const SHORTCUTS = "shortcuts";
export const shortcutsOn = (): boolean => readText(SHORTCUTS) !== "off";

type Handler = () => void;
const handlers = new Map<string, Handler[]>();

const TYPED_IN = "input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable=true]";
const DIALOG = "[role=dialog][aria-modal=true], [role=menu]";

/** `e`, `shift+e`, `?`, `1`: null when the event is no plain key. */
export function keyOf(
  event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">,
): string | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return null;
  const letter = /\p{L}/u.test(event.key);
  return letter && event.shiftKey ? `shift+${event.key.toLowerCase()}` : event.key.toLowerCase();
}

function inTheWay(target: EventTarget | null): boolean {
  if (document.querySelector(DIALOG)) return true;
  return target instanceof Element && target.closest(TYPED_IN) !== null;
}

function onKeyDown(event: KeyboardEvent): void {
  const key = keyOf(event);
  const handler = key ? handlers.get(key)?.at(-1) : undefined;
  if (!handler || event.defaultPrevented || isComposing(event) || !shortcutsOn() || inTheWay(event.target)) return;
  event.preventDefault();
  handler();
}

let listening = false;

function register(key: string, handler: Handler): () => void {
  if (!listening) document.addEventListener("keydown", onKeyDown);
  listening = true;
  handlers.set(key, [...(handlers.get(key) ?? []), handler]);
  return () =>
    handlers.set(
      key,
      (handlers.get(key) ?? []).filter((one) => one !== handler),
    );
}

/** While mounted and enabled, `key` calls `action`, from the frame in which its part is drawn; the newest user wins. */
export function useShortcut(key: string, action: Handler, enabled: boolean = true): void {
  const latest = useRef(action);
  useLayoutEffect(() => {
    latest.current = action;
  });
  useLayoutEffect(() => (enabled ? register(key, () => latest.current()) : undefined), [key, enabled]);
}
