/** One set of rules for the three workspaces: what the type checker does not see. Layout is Prettier's. */
import js from "@eslint/js";
import reactHooks from "eslint-plugin-react-hooks";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(
  globalIgnores(["**/node_modules/", "protocol/src/generated.ts", "console/src/wire/rest.generated.ts"]),
  js.configs.recommended,
  {
    files: ["**/*.{ts,tsx}"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
      // a function that answers at once may still have to return a promise
      "@typescript-eslint/require-await": "off",
    },
  },
  {
    files: ["console/**/*.{ts,tsx}"],
    plugins: { "react-hooks": reactHooks },
    // the plugin's other rules are for React's compiler, which is not used here
    rules: { "react-hooks/rules-of-hooks": "error", "react-hooks/exhaustive-deps": "error" },
  },
);
