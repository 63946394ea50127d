/** A small word with a ground: a state, a count, a source. */
import type { ReactNode } from "react";
import css from "./components.module.css";

export type Tone = "quiet" | "sea" | "ember" | "sand";

export function Chip({
  tone = "quiet",
  title,
  children,
}: {
  tone?: Tone;
  title?: string | undefined;
  children: ReactNode;
}) {
  return (
    <span className={css.chip} data-tone={tone} title={title}>
      {children}
    </span>
  );
}
