/** Which entry of a thread a key leads to. Pure. */

/**
 * The index to go to; -1 where the key does what it always does, such as scroll.
 *
 * @param at the entry that had the focus last, -1 for none: then an arrow begins at the newest
 * @param outside whether the focus is on the thread itself: then an arrow goes back to that entry
 */
export function entryAfter(key: string, at: number, count: number, outside: boolean): number {
  const step = { ArrowDown: 1, ArrowUp: -1 }[key];
  if (step) {
    if (at < 0) return count - 1;
    const next = outside ? at : at + step;
    return next < count ? next : -1;
  }
  if (key === "Home") return count > 0 ? 0 : -1;
  return key === "End" ? count - 1 : -1;
}
