/**
 * Two scripts. `widget.js` is a classic script with styles and English inside: what every page of somebody else's site
 * loads. `panel-<hash>.js` is an ES module that it imports when needed. The two are built apart, because a classic
 * script cannot share a third file with a module; what both need is small and stands in both. The other locales are
 * files beside them.
 */

import { readFileSync } from "node:fs";
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

const localeFiles: Plugin = {
  name: "locale-files",
  generateBundle() {
    for (const locale of LOCALES) {
      const phrases: unknown = JSON.parse(readFileSync(new URL(`src/locales/${locale}.json`, import.meta.url), "utf8"));
      this.emitFile({ type: "asset", fileName: `locales/${locale}.json`, source: JSON.stringify(phrases) });
    }
  },
};

const shared = {
  esbuild: { jsx: "automatic", jsxImportSource: "preact", legalComments: "none" },
  build: {
    target: "es2022",
    minify: "terser", // 3 % smaller than the built-in minifier
    terserOptions: { compress: { passes: 3 } },
    reportCompressedSize: false,
    modulePreload: false,
  },
} satisfies UserConfig;

async function buildPanel(): Promise<Rollup.OutputChunk> {
  const built = await build({
    ...shared,
    configFile: false,
    root: import.meta.dirname,
    logLevel: "warn",
    plugins: [smallStyles, sizeLimit({ parts: ["panel"], limit: 20_000 })],
    build: {
      ...shared.build,
      write: false,
      rollupOptions: {
        input: "src/panel.tsx",
        preserveEntrySignatures: "strict",
        output: { entryFileNames: "panel-[hash].js" },
      },
    },
  });
  return (built as Rollup.RollupOutput).output[0];
}

/** `virtual:panel-file`: builds the panel beside the widget and says what it is called. */
const panelFile: Plugin = {
  name: "panel-file",
  resolveId: (id) => (id === "virtual:panel-file" ? "\0virtual:panel-file" : null),
  async load(id) {
    if (id !== "\0virtual:panel-file") return null;
    const { fileName, code } = await buildPanel();
    this.emitFile({ type: "asset", fileName, source: code });
    return `export default ${JSON.stringify(fileName)};`;
  },
};

export default defineConfig({
  ...shared,
  plugins: [smallStyles, panelFile, localeFiles, sizeLimit({ parts: ["main"], limit: 12_000 })],
  build: {
    ...shared.build,
    outDir: "../../escalation/web/assets/widget",
    emptyOutDir: true,
    lib: { entry: "src/main.ts", formats: ["iife"], name: "EscalationWidget", fileName: () => "widget.js" },
  },
});
