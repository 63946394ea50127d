/** What is said of a customer whose language the model does not know. Pure. */
import { languageName, listed, words } from "../locale/words";

/**
 * @param language ISO 639-1 code of what the customer writes in; null where the decision does not say.
 * @param known codes of what the live head knows; it may have learnt the language since.
 */
export function languageSentence(language: string | null, known: readonly string[]): string {
  if (language === null) return words("reason.language.long");
  const others = known.filter((one) => one !== language).map(languageName);
  const named = { language: languageName(language), known: listed(others) };
  return others.length > 0 ? words("grounds.language", named) : words("grounds.language.only", named);
}
