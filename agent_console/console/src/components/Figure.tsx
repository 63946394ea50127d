/**
 * A figure, and the way to what it means. Figures are shown by this component only; `term` is their entry in the
 * glossary, which `docs/glossary.md` defines. A figure that is not `linked` (in a cell, in a button) stands on a page
 * where a `Meaning` of the same term does.
 */
import type { ComponentProps, ReactNode } from "react";
import type terms from "../glossary/terms.generated.json";
import { hashOf } from "../store/route";
import css from "./components.module.css";

export type Term = keyof typeof terms;

/** Words that lead to their definition. */
export function Meaning({ term, ...rest }: { term: Term } & Omit<ComponentProps<"a">, "href" | "className">) {
  return <a {...rest} className={css.meaning} href={hashOf({ page: "glossary", term })} />;
}

interface Props {
  term: Term;
  linked?: boolean;
  children: ReactNode;
}

export function Figure({ term, linked = false, children }: Props) {
  const figure = (
    <span className={css.figure} data-figure={term}>
      {children}
    </span>
  );
  return linked ? <Meaning term={term}>{figure}</Meaning> : figure;
}
