/** Icons of what is part of `extras.tsx`. */

import { icon } from "./icons";

export const StarIcon = icon(
  ["M12 3.6l2.6 5.3 5.8.8-4.2 4.1 1 5.8-5.2-2.7-5.2 2.7 1-5.8L3.6 9.7l5.8-.8L12 3.6Z"],
  true,
);
export const ClipIcon = icon([
  "M18.5 11.5l-6.8 6.8a4 4 0 0 1-5.7-5.7l7.4-7.4a2.7 2.7 0 0 1 3.8 3.8l-7.3 7.3a1.3 1.3 0 0 1-1.9-1.9l6.7-6.7",
]);
export const SaveIcon = icon(["M12 4v10.5", "M7.5 10.5L12 15l4.5-4.5", "M5 19.5h14"]);
export const FileIcon = icon(["M7 3.5h7l4 4v13H7v-17Z", "M14 3.5v4h4"]);
