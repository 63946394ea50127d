/** The files above the field: what is on its way, and what can be done about it. Part of `extras.tsx`. */

import { createRef, type JSX } from "preact";
import type { Chat } from "../chat";
import { addFiles, removeFile, retryFile, TAKEN, type Upload } from "../files";
import { CloseIcon } from "./icons";
import { ClipIcon, FileIcon } from "./seldom_icons";

/** Why a file is refused whenever it is sent. */
const FOR_GOOD: readonly string[] = ["file_too_large", "too_large", "file_refused", "file_infected"];

export function Uploads({ chat }: { readonly chat: Chat }): JSX.Element {
  return (
    <ul class="uploads">
      {chat.uploads.value.map((upload) => (
        <One key={upload.key} chat={chat} upload={upload} />
      ))}
    </ul>
  );
}

function One({ chat, upload }: { readonly chat: Chat; readonly upload: Upload }): JSX.Element {
  const { words } = chat;
  const { file, failed, id, progress } = upload;
  return (
    <li class={failed === null ? "upload" : "upload failed-upload"}>
      <FileIcon />
      <span class="upload-name">
        <bdi>{file.name}</bdi>
        {failed !== null && <small role="alert">{words.error(failed)}</small>}
        {failed === null && id === null && (
          <progress value={progress} aria-label={words.say("uploading", { name: file.name })} />
        )}
      </span>
      {failed !== null && !FOR_GOOD.includes(failed) && (
        <button type="button" class="again" onClick={() => retryFile(chat, upload)}>
          {words.say("retry")}
        </button>
      )}
      <button
        type="button"
        class="remove"
        aria-label={words.say("remove_file", { name: file.name })}
        onClick={() => removeFile(chat, upload)}
      >
        <CloseIcon />
      </button>
    </li>
  );
}

const input = createRef<HTMLInputElement>();

export function Clip({ chat }: { readonly chat: Chat }): JSX.Element {
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept={TAKEN}
        onChange={(event) => {
          addFiles(chat, event.currentTarget.files ?? []);
          event.currentTarget.value = "";
        }}
      />
      <button
        type="button"
        class="clip"
        aria-label={chat.words.say("attach")}
        title={chat.words.say("attach")}
        onClick={() => input.current?.click()}
      >
        <ClipIcon />
      </button>
    </>
  );
}
