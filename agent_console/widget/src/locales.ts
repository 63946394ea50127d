/** Which locales there are. Apart from the phrases, as the build needs it too. */

/** English travels inside the widget; the others are files beside it, as a page needs one at most. */
export const LOCALES = ["en", "de", "es", "fr", "ar"] as const;

/** The first wanted locale that there is; `de-AT` finds `de`. */
export function chooseLocale(wanted: readonly (string | null | undefined)[]): string {
  const tags = wanted.flatMap((tag) => (tag ? [tag.toLowerCase().split("-")[0]!] : []));
  return tags.find((tag) => (LOCALES as readonly string[]).includes(tag)) ?? "en";
}
