/**
 * Draws what is in the widget's third file, and fetches that file when it is first needed. Until it is there nothing
 * stands in its place; if it cannot be had, a button tries again.
 */

import type { JSX } from "preact";
import type { Chat } from "../chat";

export type Extras = typeof import("../extras");

const AGAIN_AFTER_MS = 3_000;
let there: Extras | null = null;
let coming: Promise<Extras> | null = null;

/** Show `part`, with what it needs, once the file is there. */
export function Extra({
  chat,
  part,
  quiet,
}: {
  readonly chat: Chat;
  readonly part: (extras: Extras) => JSX.Element;
  /** Show nothing meanwhile. */
  readonly quiet?: boolean;
}): JSX.Element | null {
  const extras = chat.extras.value === 0 ? null : there;
  if (extras === null) void fetchExtras(chat);
  if (extras !== null) return part(extras);
  return quiet ? null : <p class="notice">{chat.words.say("connecting")}…</p>;
}

/** Bring the file, and try again while it cannot be had. */
export function fetchExtras(chat: Chat): Promise<Extras> {
  return (coming ??= bring().then((file) => {
    there = file;
    chat.words.add(file.english);
    chat.onExtras(file);
    chat.extras.value++; // draws again
    return file;
  }));
}

async function bring(): Promise<Extras> {
  for (;;) {
    try {
      return await import("../extras");
    } catch {
      await new Promise((again) => setTimeout(again, AGAIN_AFTER_MS));
    }
  }
}
