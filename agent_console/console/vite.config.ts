/** Built into the service's package; relative paths, so that it works under any prefix. */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { sizeLimit } from "../size_limit";

export default defineConfig({
  base: "./",
  plugins: [react(), sizeLimit({ parts: ["index", "Console"], limit: 150_000 })],
  build: {
    outDir: "../../escalation/web/assets/console",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
