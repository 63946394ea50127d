/** The round button that opens and closes the chat, with the count of unread messages. Plain DOM: it is always there. */

import { effect } from "@preact/signals-core";
import type { Chat } from "./chat";

const CHAT = [
  "M4 11.2C4 7.2 7.6 4 12 4s8 3.2 8 7.2-3.6 7.2-8 7.2c-.9 0-1.8-.1-2.6-.4L5 20l1-3.7C4.7 15 4 13.2 4 11.2Z",
  "M8.7 11.3h.01M12 11.3h.01M15.3 11.3h.01",
];
export const DOWN = ["M6 9.5l6 6 6-6"];

/** @param onNear called when somebody is about to press it */
export function makeLauncher(chat: Chat, onNear: () => void): HTMLButtonElement {
  const button = document.createElement("button");
  const badge = document.createElement("span");
  const [chatIcon, downIcon] = [icon(CHAT), icon(DOWN)];
  let wasOpen = chat.open.peek();
  button.type = "button";
  button.setAttribute("aria-controls", "panel");
  button.onclick = () => chat.show(!chat.open.peek());
  button.onpointerenter = button.onfocus = onNear;
  badge.className = "badge";
  badge.ariaHidden = "true";
  effect(() => {
    const open = chat.open.value;
    const count = chat.unread.value;
    const label = open ? "close" : count > 0 ? "open_unread" : "open";
    button.className = open ? "launcher opened" : "launcher";
    button.setAttribute("aria-label", chat.words.say(label, { count }));
    button.setAttribute("aria-expanded", String(open));
    badge.textContent = chat.words.count(count);
    button.replaceChildren(open ? downIcon : chatIcon, ...(count > 0 ? [badge] : []));
    if (wasOpen && !open) button.focus();
    wasOpen = open;
  });
  return button;
}

function icon(paths: readonly string[]): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "icon");
  for (const d of paths) {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}
