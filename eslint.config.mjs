// The report's page and its tests; nothing else here is JavaScript.
import js from "@eslint/js";
import globals from "globals";

const rules = {
  ...js.configs.recommended.rules,
  curly: ["error", "multi-line"],
  eqeqeq: "error",
  "no-shadow": "error",
  "no-var": "error",
  "prefer-const": "error",
  "max-lines": ["error", 320],
  "max-lines-per-function": ["error", { max: 120, skipBlankLines: true, skipComments: true }],
};

export default [
  { ignores: ["build/", "node_modules/"] },
  {
    files: ["report/page/js/*.js"],
    languageOptions: { ecmaVersion: 2022, sourceType: "module", globals: globals.browser },
    rules,
  },
  {
    files: ["tests/report/page/*.mjs", "eslint.config.mjs"],
    languageOptions: { ecmaVersion: 2022, sourceType: "module", globals: { ...globals.node } },
    rules,
  },
];
