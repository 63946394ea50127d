/** Where a text has addresses. Pure; only http, https and mailto count, and the text itself stays as it was written. */
export interface Piece {
  text: string;
  /** The address to open, null for plain words. */
  href: string | null;
}

const ADDRESS = /(?:https?:\/\/|mailto:)[^\s<>"'`]+/gi;
const PROTOCOLS = new Set(["http:", "https:", "mailto:"]);
/** What ends a sentence or closes a bracket belongs to the words around. */
const TRAILING = /[.,;:!?)\]}…»”’]+$/u;

function addressOf(found: string): string | null {
  try {
    const { protocol, href } = new URL(found);
    return PROTOCOLS.has(protocol) ? href : null;
  } catch {
    return null;
  }
}

/** The text in pieces; put together they are the text again. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const shown = match[0].replace(TRAILING, "");
    const href = addressOf(shown);
    if (href === null) continue;
    if (match.index > end) found.push({ text: text.slice(end, match.index), href: null });
    found.push({ text: shown, href });
    end = match.index + shown.length;
  }
  if (end < text.length || found.length === 0) found.push({ text: text.slice(end), href: null });
  return found;
}
