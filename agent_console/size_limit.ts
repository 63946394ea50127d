/** A Vite plugin that fails the build when what a page must load at first outgrows its limit. */
import { gzipSync } from "node:zlib";
import type { Plugin, Rollup } from "vite";

interface SizeLimit {
  /** Names of the entry and of the parts that are loaded before anybody clicks; what they import counts too. */
  readonly parts: readonly string[];
  /** Bytes, each file gzipped by itself. */
  readonly limit: number;
  /** Bytes gzipped of what was built elsewhere and is loaded with these. */
  readonly beside?: () => number;
}

/** The scripts and style sheets that these parts need. */
function filesOf(bundle: Rollup.OutputBundle, parts: readonly string[]): Set<string> {
  const files = new Set<string>();
  const add = (file: string): void => {
    const chunk = bundle[file];
    if (files.has(file) || chunk?.type !== "chunk") return;
    files.add(file);
    chunk.viteMetadata?.importedCss.forEach((style) => files.add(style));
    chunk.imports.forEach(add);
  };
  for (const part of parts) {
    const found = Object.values(bundle).find((one) => one.type === "chunk" && one.name === part);
    if (found === undefined) throw new Error(`The build has no part named ${part}.`);
    add(found.fileName);
  }
  return files;
}

export function sizeLimit({ parts, limit, beside }: SizeLimit): Plugin {
  return {
    name: "size-limit",
    enforce: "post",
    generateBundle(_options, bundle) {
      let bytes = beside?.() ?? 0;
      for (const file of filesOf(bundle, parts)) {
        const one = bundle[file];
        const text = one?.type === "chunk" ? one.code : (one?.source ?? "");
        bytes += gzipSync(text, { level: 9 }).length;
      }
      const sentence = `${parts.join(" and ")}: ${bytes} bytes gzipped of ${limit}`;
      if (bytes > limit) this.error(`${sentence}: over the limit`);
      this.info(sentence);
    },
  };
}
