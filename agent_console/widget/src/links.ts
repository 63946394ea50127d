/** Addresses in what people write. Pure; nothing becomes a link that is not http, https or mail. */

export interface Piece {
  readonly text: string;
  /** Where it leads, or null for plain text. */
  readonly href: string | null;
}

const ADDRESS = /(?:https?:\/\/|mailto:)[^\s<>"]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+/gi;
const SENTENCE_END = /[.,;:!?'’”»\])}]$/;

/** The text in pieces; together they are the text again. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const { 0: match, index } of text.matchAll(ADDRESS)) {
    const address = withoutSentenceEnd(match);
    const href = hrefOf(address);
    if (href === null) continue;
    pieces.push({ text: text.slice(from, index), href: null }, { text: address, href });
    from = index + address.length;
  }
  return [...pieces, { text: text.slice(from), href: null }].filter((piece) => piece.text !== "");
}

/** Signs at the end belong to the sentence; a bracket only if it was opened before the address. */
function withoutSentenceEnd(address: string): string {
  let end = address.length;
  while (SENTENCE_END.test(address.slice(0, end)) && !closesOwnBracket(address.slice(0, end))) end -= 1;
  return address.slice(0, end);
}

function closesOwnBracket(address: string): boolean {
  const count = (bracket: string): number => address.split(bracket).length - 1;
  return address.endsWith(")") && count("(") >= count(")");
}

function hrefOf(address: string): string | null {
  const named = /^(https?:|mailto:)/i.test(address) ? address : `mailto:${address}`;
  try {
    new URL(named);
    return named;
  } catch {
    return null;
  }
}
