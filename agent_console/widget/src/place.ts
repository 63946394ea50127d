/** Where the widget is: its script's address, its site, and what is kept in the browser for them. */

import { browserStorage, memoryStorage, type TextStorage } from "@escalation/protocol";

export interface Place {
  /** The service's root, ending in a slash: the script is at `<base>widget/widget.js`. */
  readonly base: URL;
  readonly site: string;
  readonly locale: string | null;
  readonly theme: string | null;
}

export function placeOf(script: HTMLScriptElement): Place {
  return {
    base: new URL("..", script.src),
    site: script.dataset["site"] ?? "default",
    locale: script.dataset["locale"] ?? null,
    theme: script.dataset["theme"] ?? null,
  };
}

export function socketUrl(place: Place): string {
  const url = new URL("ws/customer", place.base);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

/** A storage whose keys belong to this service and site only. */
export function kept(place: Place, storage: TextStorage = browserStorage()): TextStorage {
  const own = (key: string): string => ownKey(place, key);
  return {
    get: (key) => storage.get(own(key)),
    set: (key, text) => storage.set(own(key), text),
    remove: (key) => storage.remove(own(key)),
  };
}

export function ownKey(place: Place, key: string): string {
  return `escalation:${place.base.host}${place.base.pathname}${place.site}:${key}`;
}

/** What only this tab remembers: whether the panel is open, and the draft. */
export function tabStorage(): TextStorage {
  try {
    const storage = window.sessionStorage;
    return {
      get: (key) => storage.getItem(key),
      set: (key, text) => storage.setItem(key, text),
      remove: (key) => storage.removeItem(key),
    };
  } catch {
    return memoryStorage();
  }
}
