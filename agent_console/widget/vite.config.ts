/**
 * Three scripts. `widget.js` is a classic script with styles and English inside: what every page of somebody else's site
 * loads. `panel-<hash>.js` is an ES module that it imports when needed, and
 * `extras-<hash>.js` one that the panel imports when a conversation first comes to it. The first two are built apart, because a classic
 * script cannot share a third file with a module; what both need is small and stands in both. The other locales are
 * files beside them.
 */

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build, defineConfig, transformWithEsbuild, type Plugin, type Rollup, type UserConfig } from "vite";
import { sizeLimit } from "../size_limit";
import { LOCALES } from "./src/locales";

/** Inlined styles are not minified by the build itself. */
const smallStyles: Plugin = {
  name: "small-styles",
  enforce: "pre",
  async transform(code, id) {
    return id.endsWith(".css?inline")
      ? await transformWithEsbuild(code, "style.css", { minify: true, loader: "css" })
      : null;
  },
};

/** The types of what pages can call, beside the script. */
const types: Plugin = {
  name: "types",
  generateBundle() {
    const source = readFileSync(new URL("widget.d.ts", import.meta.url), "utf8");
    this.emitFile({ type: "asset", fileName: "widget.d.ts", source });
  },
};

/** English in two parts, as the panel and the third file bring it; `phrases.ts` puts them together. */
const SELDOM = [
  ...["notice", "error", "failed", "discard"],
  ...["email", "contact_name", "contact_send", "contact_other", "rate", "rate_score", "rated", "which", "which_one"],
  ...["rate_comment", "rate_send", "save", "saved", "file"],
  ...["attach", "uploading", "remove_file", "waiting_card", "waiting_card_more", "cancel_wait", "place"],
  ...["place_next", "wait", "wait_under", "wait_unknown"],
  ...["started_anew", "noted", "erased", "deleted", "edited", "read"],
];
const english: Plugin = {
  name: "english",
  resolveId: (id) => (/^virtual:english-(first|seldom)$/.test(id) ? `\0${id}` : null),
  load(id) {
    if (!id.startsWith("\0virtual:english-")) return null;
    const all = JSON.parse(readFileSync(new URL("src/locales/en.json", import.meta.url), "utf8")) as object;
    const seldom = id.endsWith("seldom");
    const part = Object.entries(all).filter(([key]) => SELDOM.includes(key) === seldom);
    return `export default ${JSON.stringify(Object.fromEntries(part))};`;
  },
};

const localeFiles: Plugin = {
  name: "locale-files",
  generateBundle() {
    for (const locale of LOCALES) {
      const phrases: unknown = JSON.parse(readFileSync(new URL(`src/locales/${locale}.json`, import.meta.url), "utf8"));
      this.emitFile({ type: "asset", fileName: `locales/${locale}.json`, source: JSON.stringify(phrases) });
    }
  },
};

let panelBytes = 0;

const shared = {
  esbuild: { jsx: "automatic", jsxImportSource: "preact", legalComments: "none" },
  build: {
    target: "es2022",
    minify: "terser", // 3 % smaller than the built-in minifier
    terserOptions: { ecma: 2020, compress: { passes: 3 } },
    reportCompressedSize: false,
    modulePreload: false,
  },
} satisfies UserConfig;

/** What the page and the panel load together, in bytes gzipped each by itself. */
const BOTH_LIMIT = 25_000;

async function buildPanel(): Promise<Rollup.OutputChunk[]> {
  const built = await build({
    ...shared,
    configFile: false,
    root: import.meta.dirname,
    logLevel: "warn",
    plugins: [smallStyles, english, sizeLimit({ parts: ["panel"], limit: 20_000 })],
    build: {
      ...shared.build,
      write: false,
      rollupOptions: {
        input: "src/panel.tsx",
        preserveEntrySignatures: "allow-extension", // what both need stays in the panel
        output: { entryFileNames: "panel-[hash].js", chunkFileNames: "[name]-[hash].js" },
      },
    },
  });
  return (built as Rollup.RollupOutput).output.filter((file) => file.type === "chunk");
}

/** `virtual:panel-file`: builds the panel beside the widget and says what it is called. */
const panelFile: Plugin = {
  name: "panel-file",
  resolveId: (id) => (id === "virtual:panel-file" ? "\0virtual:panel-file" : null),
  async load(id) {
    if (id !== "\0virtual:panel-file") return null;
    const [panel, ...others] = await buildPanel();
    for (const { fileName, code } of [panel!, ...others]) this.emitFile({ type: "asset", fileName, source: code });
    panelBytes = gzipSync(panel!.code, { level: 9 }).length;
    return `export default ${JSON.stringify(panel!.fileName)};`;
  },
};

export default defineConfig({
  ...shared,
  plugins: [
    smallStyles,
    panelFile,
    localeFiles,
    types,
    sizeLimit({ parts: ["main"], limit: 12_000 }),
    sizeLimit({ parts: ["main"], limit: BOTH_LIMIT, beside: () => panelBytes }),
  ],
  build: {
    ...shared.build,
    outDir: "../../escalation/web/assets/widget",
    emptyOutDir: true,
    lib: { entry: "src/main.ts", formats: ["iife"], name: "EscalationWidget", fileName: () => "widget.js" },
  },
});
