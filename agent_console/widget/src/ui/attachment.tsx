/** Files in the thread: pictures small, the others by name. Part of `extras.tsx`. */

import type { AttachmentBody, SentFile } from "@escalation/protocol";
import type { JSX } from "preact";
import type { Chat } from "../chat";
import { FileIcon } from "./seldom_icons";
import { linked, Words } from "./message";

interface Props {
  readonly chat: Chat;
  readonly body: AttachmentBody;
  readonly who: JSX.Element;
}

export function Attachment({ chat, body, who }: Props): JSX.Element {
  return (
    <>
      {body.text !== "" && <Words who={who}>{linked(body.text)}</Words>}
      {body.files.map((file, at) => (
        <File key={file.id} chat={chat} file={file} who={body.text === "" && at === 0 ? who : null} />
      ))}
    </>
  );
}

interface FileProps {
  readonly chat: Chat;
  readonly file: SentFile;
  /** Says who sent it, where no words before it do. */
  readonly who: JSX.Element | null;
}

function File({ chat, file, who }: FileProps): JSX.Element {
  const url = new URL(`api/v1/attachments/${file.id}/${encodeURIComponent(file.key)}`, chat.place.base).href;
  return (
    <a class="bubble file" href={url} download={file.name} target="_blank" rel="noopener noreferrer">
      {who}
      {file.width === null ? <FileIcon /> : <img src={`${url}/thumbnail`} alt="" loading="lazy" />}
      <bdi>{file.name}</bdi>
    </a>
  );
}
