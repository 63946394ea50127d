/** Nothing of Mantine's is used without its styles. */
import { expect, it } from "vitest";

type Files = Record<string, string>;
const sources: Files = import.meta.glob("../**/*.{ts,tsx}", { query: "?raw", eager: true, import: "default" });
const styles = new Set(
  Object.keys(import.meta.glob("../../../node_modules/@mantine/core/styles/*.layer.css")).map(
    (path) => /(\w+)\.layer\.css$/.exec(path)?.[1],
  ),
);

const stylesIn = (text: string): string[] =>
  [...text.matchAll(/"@mantine\/core\/styles\/(\w+)\.layer\.css"/g)].map((found) => found[1]!);

const componentsIn = (text: string): string[] =>
  [...text.matchAll(/^import \{([^}]*)\} from "@mantine\/core";$|^export \{([^}]*)\} from "@mantine\/core";$/gm)]
    .flatMap((found) => (found[1] ?? found[2] ?? "").split(","))
    .map((name) => name.trim().split(" as ")[0]!)
    .filter((name) => styles.has(name));

const first = stylesIn(sources["./mantine.ts"]!);
const users = Object.entries(sources).filter(([, text]) => componentsIn(text).length > 0);

it("reads the sources", () => expect(users.length).toBeGreaterThan(10));

it.each(users)("%s has the styles of what it uses", (path, text) => {
  const menuItems = path.endsWith("Items.tsx") ? ["Menu"] : []; // shown inside components/Menu.tsx
  const there = new Set([...first, ...stylesIn(text), ...menuItems]);
  expect(componentsIn(text).filter((name) => !there.has(name))).toEqual([]);
});
