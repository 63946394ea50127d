/** Text stays text: the pieces that are addresses are links, and the page they lead to learns nothing of this one. */
import { pieces } from "./links";

export function Linked({ text }: { text: string }) {
  return pieces(text).map(({ text: shown, href }, i) =>
    href === null ? (
      shown
    ) : (
      <a key={i} href={href} target="_blank" rel="noopener noreferrer">
        {shown}
      </a>
    ),
  );
}
