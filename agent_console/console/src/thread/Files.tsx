/** Files in a message: pictures small, the others by name; a click saves the file. */
import "../locale/pages";
import { words } from "../locale/words";
import type { Body } from "../wire/frames";
import { apiUrl } from "../wire/rest";
import { Icon } from "../components/Icon";
import css from "./files.module.css";
import { Linked } from "./Linked";

type FilesBody = Extract<Body, { kind: "attachment" }>;
type SentFile = FilesBody["files"][number];

/** 1 kB for what is less: nobody reads bytes. */
function sizeOf({ size }: SentFile): string {
  return words("files.size", { size: Math.max(1, Math.round(size / 1000)) });
}

function File({ file }: { file: SentFile }) {
  const url = apiUrl(`attachments/${encodeURIComponent(file.id)}/${encodeURIComponent(file.key)}`);
  return (
    <a className={css.file} href={url} download={file.name} target="_blank" rel="noopener noreferrer">
      {file.width === null ? (
        <Icon name="file" size={18} />
      ) : (
        <img src={`${url}/thumbnail`} alt={words("files.picture", { name: file.name })} loading="lazy" />
      )}
      <span className={css.name}>
        <bdi>{file.name}</bdi> <small>{sizeOf(file)}</small>
      </span>
    </a>
  );
}

export function Files({ body }: { body: FilesBody }) {
  return (
    <>
      {body.text && (
        <p dir="auto">
          <Linked text={body.text} />
        </p>
      )}
      <div className={css.files}>
        {body.files.map((file) => (
          <File key={file.id} file={file} />
        ))}
      </div>
    </>
  );
}
