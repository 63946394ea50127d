/** Where the widget is: its service, its site, and what is kept in the browser for them. */

import { browserStorage, type TextStorage } from "@escalation/protocol";

/** What a page that cannot write attributes of the script's tag sets before the script runs. */
export interface Settings {
  /** The service's address, such as `https://chat.example/`. Only a page without the script's tag needs it. */
  readonly service?: string;
  readonly site?: string;
  readonly locale?: string;
  readonly theme?: string;
  /** `left` or `right`; else where a line ends. */
  readonly side?: string;
  /** The address of the site's own phrases. */
  readonly phrases?: string;
  /** See `openings.ts`. */
  readonly openings?: string;
}

declare global {
  interface Window {
    escalationChatSettings?: Settings;
  }
}

export interface Place {
  /** The service's root, ending in a slash: the script is at `<base>widget/widget.js`. */
  readonly base: URL;
  readonly site: string;
  /** What the page sets besides; null or empty: nothing. */
  readonly given: (key: Setting) => string | null;
}

export type Setting = Exclude<keyof Settings, "service">;

/**
 * The place from the script's tag (`data-site`, `data-locale`, and so on) and, for what that does not say, from
 * `window.escalationChatSettings`. Null if neither tells where the service is.
 */
export function findPlace(): Place | null {
  const settings = window.escalationChatSettings ?? {};
  const script = ownScript();
  const given = (key: Setting): string | null => script?.dataset[key] ?? settings[key] ?? null;
  const base = baseOf(settings, script);
  return base && { base, site: given("site") ?? "default", given };
}

/** The running tag, or, where a browser does not tell (modules, `import()`), the one that names the file. */
function ownScript(): HTMLScriptElement | null {
  const running = document.currentScript;
  if (running instanceof HTMLScriptElement && running.src !== "") return running;
  return [...document.querySelectorAll<HTMLScriptElement>('script[src*="widget/widget.js"]')].at(-1) ?? null;
}

function baseOf({ service }: Settings, script: HTMLScriptElement | null): URL | null {
  if (service !== undefined) return new URL(service.replace(/\/*$/, "/"), location.href);
  return script && new URL("..", script.src);
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
