/**
 * What a page can ask of the chat, as `window.escalationChat`. It is there as soon as the script has run; calls before
 * the chat is drawn are done then. Include it with `/// <reference path="widget.d.ts" />`, or import its types.
 */

export interface EscalationChat {
  /** Show the panel. */
  open(): void;
  /** Hide it; the launcher stays. */
  close(): void;
  /** Light or dark; null: as the visitor's system is set. */
  theme(name: "light" | "dark" | null): void;
  /**
   * Say who the visitor is: a JSON Web Token that the site's server signed. Null: they have signed out, and what they
   * wrote is not shown any more. Resolves to whether it was taken; if not, the browser's console says why.
   */
  identify(token: string | null): Promise<boolean>;
  /** Tell agents something of the visitor; it takes the place of what was told before. Nobody vouches for it. */
  setAttributes(attributes: Readonly<Record<string, string | number | boolean>>): void;
  /** Hear of each message by the bot, an agent or the service. Returns what ends it. */
  onMessage(heard: (message: ChatMessage) => void): () => void;
  /** Hear how many messages the visitor has not seen, now and at each change. Returns what ends it. */
  onUnread(heard: (count: number) => void): () => void;
  /** Take the chat off the page, with its connection. The script may be run again afterwards. */
  destroy(): void;
}

export interface ChatMessage {
  readonly author: "bot" | "agent" | "system";
  /** The agent's shown name. */
  readonly name: string | null;
  /** When it was written, in ISO 8601. */
  readonly at: string;
  /** Null for what is no text, such as choices, files and notices. */
  readonly text: string | null;
}

declare global {
  interface Window {
    escalationChat?: EscalationChat;
  }
}
