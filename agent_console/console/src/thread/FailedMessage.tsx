/** Below an own message that was refused: why, and what can become of it. A file of its own: it is seldom needed. */
import "../locale/pages";
import { Button } from "@mantine/core";
import { Icon } from "../components/Icon";
import { words, wordsFor } from "../locale/words";
import { hasFiles, type Pending, type Refusal } from "../store/state";
import { discardMessage, putBack, sendAgain } from "../wire/commands";
import css from "./message.module.css";

export function FailedMessage({ pending, refusal }: { pending: Pending; refusal: Refusal }) {
  const { code, message } = refusal;
  return (
    <div role="alert" className={css.failed}>
      <p>
        <Icon name="alert" size={13} /> <strong>{words("message.failed")}</strong> {wordsFor("refusal", code, message)}
      </p>
      <Button size="compact-xs" variant="default" onClick={() => sendAgain(pending)}>
        {words("message.retry")}
      </Button>
      {!hasFiles(pending) && (
        <Button size="compact-xs" variant="subtle" onClick={() => putBack(pending)}>
          {words("message.edit")}
        </Button>
      )}
      <Button size="compact-xs" variant="subtle" color="gray" onClick={() => discardMessage(pending.ref)}>
        {words("message.discard")}
      </Button>
    </div>
  );
}
