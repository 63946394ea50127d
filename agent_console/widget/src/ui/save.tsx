/** The button that saves the conversation as a file. Part of `extras.tsx`. */

import type { JSX } from "preact";
import type { Chat } from "../chat";
import { fileName, transcriptOf } from "../transcript";
import { SaveIcon } from "./seldom_icons";

const GONE_AFTER_MS = 60_000;

export function SaveButton({ chat }: { readonly chat: Chat }): JSX.Element | null {
  const { earlier, messages } = chat.thread.value;
  if (earlier.length + messages.length === 0) return null;
  const name = chat.words.say("save");
  const save = (): void => offer(transcriptOf([...earlier, ...messages], chat.words), fileName());
  return (
    <button type="button" class="quiet" aria-label={name} title={name} onClick={save}>
      <SaveIcon />
    </button>
  );
}

/** Have the browser save a text. The link needs no place on the page, and no page's policy forbids it. */
function offer(text: string, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), GONE_AFTER_MS); // some browsers read it only after a question
}
