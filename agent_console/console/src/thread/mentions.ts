/** Mentions in a note: whom its words call, and what is being typed behind an `@`. Pure. */
import type { AgentView } from "../wire/frames";

type Agents = Readonly<Record<string, AgentView>>;

const MOST_SHOWN = 6;
const MOST_CALLED = 10;
const BEHIND_AT = /(?:^|[\s(])@([^\s@]{0,30})$/u;
const RANK: Record<AgentView["availability"], number> = { online: 0, away: 1, offline: 2 };
const GOES_ON = /^[\p{L}\p{N}]/u;

/** What is looked for: "ask @to" asks for "to"; null where the text up to the caret ends in no mention. */
export function calledIn(before: string): string | null {
  return BEHIND_AT.exec(before)?.[1]?.toLowerCase() ?? null;
}

/** Colleagues whose name, or a part of it, begins so. */
export function colleaguesFor(agents: Agents, search: string, me: string | undefined): AgentView[] {
  const fits = ({ id, name }: AgentView): boolean =>
    id !== me && [name, ...name.split(/\s+/)].some((part) => part.toLowerCase().startsWith(search));
  return Object.values(agents)
    .filter(fits)
    .sort((a, b) => RANK[a.availability] - RANK[b.availability] || a.name.localeCompare(b.name))
    .slice(0, MOST_SHOWN);
}

/** The text with the mention in place of what was typed, and where the caret is then. */
export function withMention(text: string, caret: number, name: string): { text: string; caret: number } {
  const start = text.slice(0, caret).lastIndexOf("@");
  const said = `${text.slice(0, start)}@${name} `;
  return { text: said + text.slice(caret).replace(/^ /, ""), caret: said.length };
}

/** The ids of those whom the words call by their whole name; of two names that fit, the longer one. */
export function mentionsIn(text: string, agents: Agents): string[] {
  const called = new Set<string>();
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    const behind = text.slice(at + 1);
    const fits = Object.values(agents).filter(
      ({ name }) => name !== "" && behind.startsWith(name) && !GOES_ON.test(behind.slice(name.length)),
    );
    const longest = Math.max(0, ...fits.map(({ name }) => name.length));
    for (const { id } of fits.filter(({ name }) => name.length === longest)) called.add(id);
  }
  return [...called].slice(0, MOST_CALLED);
}
