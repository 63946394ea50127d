/** For whom an answer is approved: one language, everybody whose language has no answer, or all of these. Pure. */

/** Where an answer may go. */
export interface Locales {
  /** Those a reply may be in, the likeliest first. */
  reply: readonly string[];
  /** That of the default answer. */
  own: string;
}

/** One of the locales, or all. */
export const ALL = "all";

/** The likeliest is what is approved unless somebody chooses. There may be nothing to choose. */
export function places({ reply, own }: Locales): string[] {
  const single = [...new Set([...reply, own])];
  return single.length === 1 ? single : [...single, ALL];
}

export const firstPlace = (locales: Locales): string => places(locales)[0] ?? locales.own;

export const localesOf = (place: string, locales: Locales): string[] =>
  place === ALL ? places(locales).filter((one) => one !== ALL) : [place];

/** The locales whose approved answer the approval would replace. */
export function replaced(place: string, locales: Locales, answered: readonly string[]): string[] {
  return localesOf(place, locales).filter((one) => answered.includes(one));
}

/** Whether customers in other languages go on waiting for a person. */
export const leavesOthersWaiting = (place: string, locales: Locales, answered: readonly string[]): boolean =>
  !localesOf(place, locales).includes(locales.own) && !answered.includes(locales.own);
