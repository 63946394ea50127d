/** Lists of what staff keep: accounts, queues, teams, templates, macros. A card an entry, with its buttons at the end. */
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import css from "./entries.module.css";

export function Entries({ children }: { children: ReactNode }) {
  return <ul className={css.entries}>{children}</ul>;
}

interface EntryProps {
  /** What is told of it. */
  children: ReactNode;
  /** Its buttons, for who may use them. */
  actions?: ReactNode;
}

export function Entry({ children, actions }: EntryProps) {
  return (
    <li className={css.entry}>
      <div className={css.what}>{children}</div>
      {actions && <div className={css.actions}>{actions}</div>}
    </li>
  );
}

interface ButtonProps {
  /** Names the entry too: the same word stands on each of them. */
  label: string;
  onClick: () => void;
  children: ReactNode;
}

export function EntryButton({ label, onClick, children }: ButtonProps) {
  return (
    <Button size="compact-sm" variant="default" onClick={onClick} aria-label={label}>
      {children}
    </Button>
  );
}
