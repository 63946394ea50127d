/** Write what the bot is to say, and to whom. Ctrl+Enter approves, Escape gives up. */
import { MAX_TEXT } from "@escalation/protocol";
import { Button, Textarea } from "@mantine/core";
import { useState, type KeyboardEvent } from "react";
import { useEscape } from "../keys/escape";
import { words } from "../locale/words";
import css from "./answers.module.css";
import { PlaceChoice } from "./PlaceChoice";
import { localesOf, type Locales } from "./places";

interface Props {
  text: string;
  locales: Locales;
  /** What is chosen at first. */
  place: string;
  /** The locales that have an approved answer. */
  answered: readonly string[];
  busy: boolean;
  onApprove: (text: string, locales: string[]) => void;
  onCancel: () => void;
}

export function AnswerEditor({ text: first, locales, place: firstPlace, answered, busy, onApprove, onCancel }: Props) {
  const [text, setText] = useState(first);
  const [place, setPlace] = useState(firstPlace);
  const approve = (): void => {
    if (text.trim() !== "" && !busy) onApprove(text.trim(), localesOf(place, locales));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.nativeEvent.isComposing) return;
    event.preventDefault();
    event.stopPropagation(); // in the resolve step the same keys resolve
    approve();
  };
  useEscape(onCancel);
  return (
    <div className={css.editor}>
      <Textarea
        size="sm"
        autoFocus
        autosize
        minRows={2}
        maxRows={9}
        maxLength={MAX_TEXT}
        dir="auto"
        value={text}
        label={words("proposed.editor")}
        onKeyDown={onKeyDown}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <PlaceChoice locales={locales} answered={answered} place={place} onPlace={setPlace} />
      <div className={css.actions}>
        <Button size="compact-sm" loading={busy} disabled={text.trim() === ""} onClick={approve}>
          {words("proposed.approve")} <kbd>{words("composer.keys")}</kbd>
        </Button>
        <Button size="compact-sm" variant="default" onClick={onCancel}>
          {words("confirm.cancel")}
        </Button>
      </div>
    </div>
  );
}
