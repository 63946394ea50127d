/** One classic script, `widget.js`, with styles and English inside; the other locales are files beside it. */

import { readFileSync } from "node:fs";
import { defineConfig, transformWithEsbuild, type Plugin } from "vite";
import { LOCALES } from "./src/phrases";

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

export default defineConfig({
  plugins: [smallStyles, localeFiles],
  esbuild: { jsx: "automatic", jsxImportSource: "preact", legalComments: "none" },
  build: {
    target: "es2022",
    minify: "terser", // 3 % smaller than the built-in minifier
    terserOptions: { compress: { passes: 3 } },
    outDir: "../../escalation/web/assets/widget",
    emptyOutDir: true,
    reportCompressedSize: false,
    lib: { entry: "src/main.tsx", formats: ["iife"], name: "EscalationWidget", fileName: () => "widget.js" },
  },
});
