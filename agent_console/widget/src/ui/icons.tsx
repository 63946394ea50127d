/** Line icons, drawn for this widget on a 24 px grid. */

import type { JSX } from "preact";
import { DOWN } from "../launcher";

/** @param paths of the lines, or of what is filled */
export function icon(paths: readonly string[], fill = false): () => JSX.Element {
  return () => (
    <svg viewBox="0 0 24 24" aria-hidden="true" class={fill ? "icon filled" : "icon"}>
      {paths.map((path) => (
        <path key={path} d={path} />
      ))}
    </svg>
  );
}

export const DownIcon = icon(DOWN);
export const CloseIcon = icon(["M6.5 6.5l11 11M17.5 6.5l-11 11"]);
export const SendIcon = icon(["M12 19V5.5", "M6 11.2L12 5.2l6 6"]);
export const PersonIcon = icon([
  "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Z",
  "M4.5 20c.8-3.6 3.8-5.5 7.5-5.5s6.7 1.9 7.5 5.5",
]);
export const SparkIcon = icon(
  [
    "M12 3.5l1.9 5.4 5.6 2.1-5.6 2.1L12 18.5l-1.9-5.4L4.5 11l5.6-2.1L12 3.5Z",
    "M18.5 16.5l.7 1.8 1.8.7-1.8.7-.7 1.8-.7-1.8-1.8-.7 1.8-.7.7-1.8Z",
  ],
  true,
);
