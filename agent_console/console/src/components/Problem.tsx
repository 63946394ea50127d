/** Something was refused or failed: what, and what to do. */
import { ActionIcon } from "@mantine/core";
import type { ReactNode } from "react";
import { words } from "../locale/words";
import { Icon } from "./Icon";
import css from "./components.module.css";

interface Props {
  title?: string;
  children: ReactNode;
  onDismiss?: () => void;
}

export function Problem({ title, children, onDismiss }: Props) {
  return (
    <div role="alert" className={css.problem}>
      <Icon name="alert" />
      <div className={css.problemText}>
        {title && <strong>{title} </strong>}
        {children}
      </div>
      {onDismiss && (
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={words("refusal.dismiss")} onClick={onDismiss}>
          <Icon name="close" size={14} />
        </ActionIcon>
      )}
    </div>
  );
}
