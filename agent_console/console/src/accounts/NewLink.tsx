/** A one-use link, shown once, to be handed over by the admin. */
import { Button, Stack, TextInput } from "@mantine/core";
import { useRef, useState } from "react";
import { moment, words } from "../locale/words";
import { Dialog } from "../components/Dialog";
import type { NewLinkBody } from "../wire/resources";

const pageOf = (token: string): string => new URL(`#/invitation/${token}`, document.baseURI).href;

export function NewLink({ link, onClose }: { link: NewLinkBody; onClose: () => void }) {
  const [copied, setCopied] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const copy = async (): Promise<void> => {
    field.current?.select(); // where the page may not write to the clipboard, people can
    await navigator.clipboard?.writeText(pageOf(link.token)).then(
      () => setCopied(true),
      () => undefined,
    );
  };
  return (
    <Dialog open wide onClose={onClose} title={words("accounts.link.title", { email: link.email })}>
      <Stack gap="sm">
        <p>
          {words("accounts.link.text")} <time dateTime={link.expires_at}>{moment(link.expires_at)}</time>.
        </p>
        <TextInput
          ref={field}
          readOnly
          label={words("accounts.link")}
          value={pageOf(link.token)}
          onFocus={(event) => event.currentTarget.select()}
        />
        <Button onClick={() => void copy()}>{words("accounts.link.copy")}</Button>
        <p role="status">{copied && words("accounts.link.copied")}</p>
      </Stack>
    </Dialog>
  );
}
