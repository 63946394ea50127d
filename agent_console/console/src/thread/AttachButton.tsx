/** Sends a file to the customer: it is uploaded, then it is a reply of its own. */
import "../locale/pages";
import { Button } from "@mantine/core";
import { useRef, useState } from "react";
import { Icon } from "../components/Icon";
import { words } from "../locale/words";
import { sendFile } from "../wire/commands";
import { RestError, upload } from "../wire/rest";
import css from "./files.module.css";

const TAKEN = "image/png,image/jpeg,image/gif,image/webp,application/pdf,text/plain,.txt";

export function AttachButton({ conversation }: { conversation: string }) {
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const send = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    setBusy(true);
    setProblem(null);
    try {
      const path = `conversations/${encodeURIComponent(conversation)}/attachments?name=${encodeURIComponent(file.name)}`;
      sendFile(conversation, (await upload<{ id: string }>(path, file)).id, file.name);
    } catch (error) {
      setProblem(error instanceof RestError ? error.message : String(error));
    }
    setBusy(false);
  };
  return (
    <>
      {problem && (
        <span role="alert" className={css.problem}>
          {problem}
        </span>
      )}
      <input
        ref={input}
        type="file"
        hidden
        accept={TAKEN}
        onChange={(event) => {
          void send(event.currentTarget.files?.[0]);
          event.currentTarget.value = "";
        }}
      />
      <Button
        size="compact-md"
        variant="default"
        ms="auto"
        loading={busy}
        leftSection={<Icon name="file" size={14} />}
        onClick={() => input.current?.click()}
      >
        {words("files.attach")}
      </Button>
    </>
  );
}
