/** Finding a template by what was typed behind the slash, and filling it. Pure. */
import type { TemplateBody } from "../wire/resources";

const MOST_SHOWN = 8;
const SLASH = /^\/([a-z0-9_-]{0,40})$/i;

/** What is looked for: "/he" asks for "he"; null where the text is no search. */
export function searchIn(text: string): string | null {
  return SLASH.exec(text)?.[1]?.toLowerCase() ?? null;
}

/** Names that begin so come first, then names and texts that hold it. */
export function found(templates: readonly TemplateBody[], search: string): TemplateBody[] {
  const rank = ({ name, text }: TemplateBody): number =>
    name.startsWith(search) ? 0 : name.includes(search) ? 1 : text.toLowerCase().includes(search) ? 2 : 3;
  return templates
    .filter((one) => rank(one) < 3)
    .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name))
    .slice(0, MOST_SHOWN);
}

export function filled(text: string, values: { agent: string; site: string }): string {
  return text.replace(/\{(agent|site)\}/g, (_, name: "agent" | "site") => values[name]);
}
