/**
 * A figure, and the way to what it means. Figures are shown by this component only; `term` is their entry in the
 * glossary, which `docs/glossary.md` defines. A figure that is not `linked` (in a cell, in a button) stands on a page
 * where a `Meaning` of the same term does.
 */
import type { ComponentProps, ReactNode } from "react";
import type terms from "../glossary/terms.generated.json";
import { words } from "../locale/words";
import { hashOf } from "../store/route";
import css from "./components.module.css";

export type Term = keyof typeof terms;

/** Where something half done would be lost, `apart` opens the definition in a tab of its own. */
type MeaningProps = { term: Term; apart?: boolean } & Omit<ComponentProps<"a">, "href" | "className">;

/** Words that lead to their definition. */
export function Meaning({ term, apart = false, ...rest }: MeaningProps) {
  const tab = apart && { target: "_blank", rel: "noopener", title: words("meaning.apart") };
  return <a {...rest} {...tab} className={css.meaning} href={hashOf({ page: "glossary", term })} />;
}

interface Props {
  term: Term;
  linked?: boolean | "apart";
  children: ReactNode;
}

export function Figure({ term, linked = false, children }: Props) {
  const figure = (
    <span className={css.figure} data-figure={term}>
      {children}
    </span>
  );
  if (linked === false) return figure;
  return (
    <Meaning term={term} apart={linked === "apart"}>
      {figure}
    </Meaning>
  );
}
