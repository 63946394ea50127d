/** The browser's socket and storage in the shapes the connection takes. */

import type { OpenSocket } from "./ports";
import type { TextStorage } from "./outbox";

export const openWebSocket: OpenSocket = (url, handlers) => {
  const socket = new WebSocket(url);
  socket.onopen = () => handlers.opened();
  socket.onmessage = (event) => handlers.received(String(event.data));
  socket.onclose = (event) => handlers.closed(event.code, event.reason);
  return { send: (text) => socket.send(text), close: (code, reason) => socket.close(code, reason) };
};

/**
 * What the browser keeps, or with `sessionStorage` what the tab keeps; where that is forbidden (private pages, blocked
 * third parties) a map that lives as long as the page.
 */
export function browserStorage(kind: "localStorage" | "sessionStorage" = "localStorage"): TextStorage {
  try {
    const storage = window[kind];
    return {
      get: (key) => storage.getItem(key),
      set: (key, text) => storage.setItem(key, text),
      remove: (key) => storage.removeItem(key),
    };
  } catch {
    return memoryStorage();
  }
}

export function memoryStorage(): TextStorage {
  const texts = new Map<string, string>();
  return {
    get: (key) => texts.get(key) ?? null,
    set: (key, text) => void texts.set(key, text),
    remove: (key) => void texts.delete(key),
  };
}
