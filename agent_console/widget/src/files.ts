/** Uploading files: one after the other, with progress, to be cancelled or tried again. Part of `extras.tsx`. */

import type { Chat } from "./chat";

export const TAKEN = "image/png,image/jpeg,image/gif,image/webp,application/pdf,text/plain,.txt";
const LARGEST = 10_000_000;
const MOST = 5;

/** A file that is on its way, was taken, or failed. */
export interface Upload {
  readonly key: number;
  readonly file: File;
  /** 0 to 1 while it is on its way. */
  readonly progress: number;
  /** Its id once it was taken. */
  readonly id: string | null;
  /** The code of why it was not. */
  readonly failed: string | null;
}

let nextKey = 1;
const running = new Map<number, XMLHttpRequest>();

export function addFiles(chat: Chat, files: Iterable<File>): void {
  for (const file of files) {
    if (chat.uploads.value.length >= MOST) return;
    const failed = file.size > LARGEST ? "file_too_large" : null;
    const upload: Upload = { key: nextKey++, file, progress: 0, id: null, failed };
    chat.uploads.value = [...chat.uploads.value, upload];
    if (failed === null) void send(chat, upload);
  }
}

export function removeFile(chat: Chat, { key }: Upload): void {
  running.get(key)?.abort();
  running.delete(key);
  chat.uploads.value = chat.uploads.value.filter((one) => one.key !== key);
}

export function retryFile(chat: Chat, upload: Upload): void {
  change(chat, upload.key, { failed: null, progress: 0 });
  void send(chat, upload);
}

function change(chat: Chat, key: number, changes: Partial<Upload>): void {
  chat.uploads.value = chat.uploads.value.map((one) => (one.key === key ? { ...one, ...changes } : one));
}

async function send(chat: Chat, { key, file }: Upload): Promise<void> {
  const customer = await chat.identity.ensure().catch(() => null);
  if (customer === null) return change(chat, key, { failed: "other" });
  const { base, site } = chat.place;
  const url = new URL(`api/v1/sites/${encodeURIComponent(site)}/attachments`, base);
  url.searchParams.set("name", file.name);
  const request = new XMLHttpRequest(); // fetch tells nothing of how much is sent
  running.set(key, request);
  request.open("POST", url);
  request.setRequestHeader("Authorization", `Bearer ${customer.token}`);
  request.responseType = "json";
  request.upload.onprogress = ({ loaded, total }) => change(chat, key, { progress: loaded / total });
  request.onerror = () => change(chat, key, { failed: "other" });
  request.onload = () => {
    running.delete(key);
    const answer = request.response as { readonly id?: string; readonly error?: { readonly code: string } } | null;
    if (request.status === 200 && answer?.id) change(chat, key, { id: answer.id, progress: 1 });
    else change(chat, key, { failed: answer?.error?.code ?? "other" });
  };
  request.send(file);
}
