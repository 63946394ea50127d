/** What a key does to options beside a field that keeps the focus. Pure. */

export type OptionKey = { do: "move"; to: number } | { do: "pick" } | { do: "close" };

/** @param at the option that Enter would take. Null where the key is none of theirs. */
export function optionKey(key: string, at: number, count: number): OptionKey | null {
  if (key === "Escape") return { do: "close" };
  if (count === 0) return null;
  const step = { ArrowDown: 1, ArrowUp: -1 }[key];
  if (step) return { do: "move", to: (at + step + count) % count };
  return key === "Enter" || key === "Tab" ? { do: "pick" } : null;
}
