/** An own message the server has not stored yet, or has refused; nothing typed is ever lost. */
import { Button } from "@mantine/core";
import { words, wordsFor } from "../locale/words";
import { Icon } from "../components/Icon";
import { draftKey, writeText } from "../store/preferences";
import type { Pending } from "../store/state";
import { discardMessage, sendAgain } from "../wire/commands";
import css from "./message.module.css";

function putBack(pending: Pending): void {
  writeText(draftKey(pending.request.conversation, pending.request.type), pending.text);
  discardMessage(pending.ref);
}

function Failed({ pending }: { pending: Pending }) {
  if (!pending.refusal) return null;
  const { code, message } = pending.refusal;
  return (
    <div role="alert" className={css.failed}>
      <p>
        <Icon name="alert" size={13} /> <strong>{words("message.failed")}</strong> {wordsFor("refusal", code, message)}
      </p>
      <Button size="compact-xs" variant="default" onClick={() => sendAgain(pending)}>
        {words("message.retry")}
      </Button>
      <Button size="compact-xs" variant="subtle" onClick={() => putBack(pending)}>
        {words("message.edit")}
      </Button>
      <Button size="compact-xs" variant="subtle" color="gray" onClick={() => discardMessage(pending.ref)}>
        {words("message.discard")}
      </Button>
    </div>
  );
}

export function PendingMessage({ pending }: { pending: Pending }) {
  const kind = pending.request.type;
  const failed = pending.state === "failed";
  return (
    <article className={css.message} data-author="agent" data-first="true" data-pending={!failed} data-kind={kind}>
      <header>
        <strong>{kind === "note" ? words("message.internal") : words("author.you")}</strong>
        {!failed && <span>{words("message.sending")}</span>}
      </header>
      <div className={css.bubble}>
        <p dir="auto">{pending.text}</p>
      </div>
      <Failed pending={pending} />
    </article>
  );
}
