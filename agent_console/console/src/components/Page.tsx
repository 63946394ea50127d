/** The frame of a page that is read from top to bottom, and the tabs beside its title. */
import type { ReactNode } from "react";
import css from "./page.module.css";

interface Props {
  title: string;
  width?: "narrow" | "middle" | "wide";
  /** What stands beside the title. */
  head?: ReactNode;
  children: ReactNode;
}

export function Page({ title, width = "narrow", head, children }: Props) {
  return (
    <main className={css.page}>
      <div className={css.column} data-width={width}>
        <header className={css.head}>
          <h1>{title}</h1>
          {head}
        </header>
        {children}
      </div>
    </main>
  );
}

export interface PageTab {
  href: string;
  current: boolean;
  name: string;
  count?: ReactNode;
}

export function PageTabs({ label, tabs }: { label: string; tabs: readonly PageTab[] }) {
  return (
    <nav className={css.tabs} aria-label={label}>
      {tabs.map(({ href, current, name, count }) => (
        <a key={href} href={href} aria-current={current ? "page" : undefined}>
          {name}
          {count && <span className={css.count}>{count}</span>}
        </a>
      ))}
    </nav>
  );
}
