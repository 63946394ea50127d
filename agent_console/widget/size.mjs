/** Fails the build when the widget outgrows its budget: it loads on every page of somebody else's site. */

import console from "node:console";
import { readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath, URL } from "node:url";
import { gzipSync } from "node:zlib";

const LIMIT = 20_000;
const built = fileURLToPath(new URL("../../escalation/web/assets/widget/widget.js", import.meta.url));
const bytes = gzipSync(readFileSync(built), { level: 9 }).length;
console.log(`widget.js: ${bytes} bytes gzipped of ${LIMIT}`);
if (bytes > LIMIT) {
  console.error("The widget is over its budget.");
  process.exit(1);
}
