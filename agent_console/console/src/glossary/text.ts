/** The little formatting of the glossary's definitions: `code` and *emphasis*. Pure. */
export interface Part {
  kind: "text" | "code" | "em";
  text: string;
}

const FORMATTED = /`([^`]+)`|\*([^*]+)\*/g;

export function parts(definition: string): Part[] {
  const found: Part[] = [];
  let from = 0;
  for (const match of definition.matchAll(FORMATTED)) {
    if (match.index > from) found.push({ kind: "text", text: definition.slice(from, match.index) });
    found.push(match[1] === undefined ? { kind: "em", text: match[2]! } : { kind: "code", text: match[1] });
    from = match.index + match[0].length;
  }
  if (from < definition.length) found.push({ kind: "text", text: definition.slice(from) });
  return found;
}

/** The definition without formatting, where there can be none. */
export const plain = (definition: string): string =>
  parts(definition)
    .map((part) => part.text)
    .join("");
