/** For ten seconds after a resolution: what was stored, and Undo (Z). */
import { ActionIcon, Button } from "@mantine/core";
import { useEffect } from "react";
import { useShortcut } from "../keys/shortcuts";
import { Figure } from "../components/Figure";
import { words } from "../locale/words";
import { Icon } from "../components/Icon";
import { useNow } from "../components/now";
import { openConversation } from "../store/route";
import { controlOf } from "../store/control";
import { useStore } from "../store/store";
import { forgetResolution, undoResolution } from "../wire/commands";
import css from "./resolve.module.css";

const UNDO_SECONDS = 10;

function Bar({ conversation, title, doneAt }: { conversation: string; title: string; doneAt: number }) {
  const skew = useStore((state) => state.skew);
  const left = Math.min(UNDO_SECONDS, UNDO_SECONDS - Math.floor((useNow() - skew - doneAt) / 1000));
  const undo = (): void => {
    undoResolution();
    openConversation(conversation);
  };
  useShortcut("z", undo);
  useEffect(() => {
    if (left <= 0) forgetResolution();
  }, [left]);
  return (
    <section className={css.undo} aria-label={words("undo.done", { label: title })}>
      <Icon name="check" />
      <span role="status">{words("undo.done", { label: title })}</span>
      <Button size="compact-sm" variant="white" color="dark" onClick={undo} rightSection={<kbd>Z</kbd>}>
        {words("undo.button")}
      </Button>
      <span className={css.left} aria-label={words("undo.left", { seconds: Math.max(0, left) })}>
        <Figure term="time-left" linked="apart">
          {Math.max(0, left)}
        </Figure>
      </span>
      <ActionIcon
        size="sm"
        variant="transparent"
        c="inherit"
        aria-label={words("refusal.dismiss")}
        onClick={forgetResolution}
      >
        <Icon name="close" size={14} />
      </ActionIcon>
    </section>
  );
}

export function UndoBar() {
  const own = useStore((state) => state.resolution);
  const closed = useStore((state) => own !== null && controlOf(state, own.conversation)?.status === "closed");
  if (!own || own.doneAt === null || !closed) return null; // undone under the epoch of the closing, or it is refused
  return <Bar conversation={own.conversation} title={own.title} doneAt={own.doneAt} />;
}
