/** Choose for whom an answer is approved, and read what that changes. */
import { NativeSelect } from "@mantine/core";
import { languageName, listed, words } from "../locale/words";
import css from "./answers.module.css";
import { ALL, leavesOthersWaiting, localesOf, places, replaced, type Locales } from "./places";

interface Props {
  locales: Locales;
  /** The locales that have an approved answer. */
  answered: readonly string[];
  place: string;
  onPlace: (place: string) => void;
}

const named = (locales: readonly string[]): string => listed(locales.map(languageName));

function label(place: string, { own }: Locales): string {
  if (place === ALL) return words("proposed.as.all");
  return words(place === own ? "proposed.as.own" : "proposed.as.other", { language: languageName(place) });
}

/** Who reads it, whether that is chosen or not, and what becomes of others; as whole sentences. */
function effects({ locales, answered, place }: Omit<Props, "onPlace">): string {
  const chosen = localesOf(place, locales);
  const gone = replaced(place, locales, answered);
  const readers = words(chosen.includes(locales.own) ? "proposed.as.default.hint" : "proposed.as.hint", {
    languages: named(chosen),
  });
  return [
    ...(places(locales).length > 1 ? [readers] : []),
    ...(gone.length > 0 ? [words("proposed.as.replaces", { languages: named(gone) })] : []),
    ...(leavesOthersWaiting(place, locales, answered) ? [words("proposed.as.noDefault")] : []),
  ].join(" ");
}

export function PlaceChoice({ locales, answered, place, onPlace }: Props) {
  const said = effects({ locales, answered, place });
  const offered = places(locales);
  if (offered.length === 1) return said ? <p className={css.hint}>{said}</p> : null;
  return (
    <NativeSelect
      size="xs"
      className={css.place ?? ""}
      label={words("proposed.as")}
      description={said}
      inputWrapperOrder={["label", "input", "description"]}
      data={offered.map((one) => ({ value: one, label: label(one, locales) }))}
      value={place}
      onChange={({ currentTarget: { value } }) => onPlace(value)}
    />
  );
}
