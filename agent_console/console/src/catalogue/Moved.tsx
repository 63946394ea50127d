/** Says that a text was changed elsewhere while it is being edited here; nothing is overwritten. */
import { Button } from "@mantine/core";
import { words } from "../locale/words";
import css from "./intent.module.css";
import type { Draft } from "./draft";

export function Moved({ draft, stored }: { draft: Draft; stored: string }) {
  if (!draft.moved) return null;
  return (
    <div className={css.moved} role="status">
      <p>{words("catalogue.moved")}</p>
      <blockquote dir="auto">{stored || words("catalogue.moved.nothing")}</blockquote>
      <div className={css.buttons}>
        <Button size="compact-xs" variant="default" onClick={draft.keep}>
          {words("catalogue.moved.keep")}
        </Button>
        <Button size="compact-xs" variant="default" onClick={draft.drop}>
          {words("catalogue.moved.drop")}
        </Button>
      </div>
    </div>
  );
}
