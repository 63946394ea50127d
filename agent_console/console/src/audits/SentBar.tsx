/** For ten seconds after a label: what was said, and Undo. */
import { Button } from "@mantine/core";
import { useEffect } from "react";
import { Figure } from "../components/Figure";
import { Icon } from "../components/Icon";
import { useNow } from "../components/now";
import { words } from "../locale/words";
import { useStore } from "../store/store";
import css from "./audits.module.css";
import type { Sent } from "./useBench";

const UNDO_SECONDS = 10;

interface Props {
  sent: Sent;
  onUndo: () => void;
  onOver: () => void;
}

export function SentBar({ sent, onUndo, onOver }: Props) {
  const skew = useStore((state) => state.skew);
  const left = Math.min(UNDO_SECONDS, UNDO_SECONDS - Math.floor((useNow() - skew - sent.at) / 1000));
  useEffect(() => {
    if (left <= 0) onOver();
  }, [left, onOver]);
  return (
    <div className={css.sent}>
      <Icon name="check" />
      <span role="status">{words("audits.sent", { label: sent.title })}</span>
      <Button size="compact-sm" variant="default" onClick={onUndo} rightSection={<kbd>Ctrl+Z</kbd>}>
        {words("undo.button")}
      </Button>
      <span className={css.left} aria-label={words("undo.left", { seconds: Math.max(0, left) })}>
        <Figure term="time-left" linked="apart">
          {Math.max(0, left)}
        </Figure>
      </span>
    </div>
  );
}
