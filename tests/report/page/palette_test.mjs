import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { contrast, luminance, outcomeStyles, palette } from "../../../report/page/js/palette.js";

const css = readFileSync(new URL("../../../report/page/page.css", import.meta.url), "utf8");

function sixDigits(hex) {
  return hex.length === 4 ? hex.replace(/[0-9a-f]/g, "$&$&") : hex;
}

// The style sheet's colours of one theme.
function theme(opening) {
  const block = css.slice(css.indexOf(opening)).split("}")[0];
  return Object.fromEntries([...block.matchAll(/--([a-z-]+): (#[0-9a-f]{3,6});/g)].map((m) => [m[1], sixDigits(m[2])]));
}
const themes = { light: theme(":root {"), dark: theme(':root[data-theme="dark"] {') };

test("contrast is WCAG's", () => {
  assert.equal(contrast("#000000", "#ffffff").toFixed(2), "21.00");
  assert.equal(contrast("#777777", "#ffffff").toFixed(2), "4.48");
  assert.ok(luminance("#ffffff") > luminance("#808080"));
});

test("signs can be read on every outcome's colour", () => {
  for (const { fill, ink } of palette) assert.ok(contrast(fill, ink) >= 4.5, fill);
});

for (const [name, colours] of Object.entries(themes)) {
  test(`signs can be read on every state's colour, ${name}`, () => {
    assert.ok(Object.keys(colours).length > 15);
    for (const state of ["alike", "partly", "skipped", "fine", "quiet", "none"]) {
      assert.ok(contrast(colours[state], colours.text) >= 4.5, state);
    }
    assert.ok(contrast(colours.differs, colours["on-differs"]) >= 4.5);
    assert.ok(contrast(colours.trouble, colours["on-trouble"]) >= 4.5);
  });

  test(`what differs stands out of what does not, ${name}`, () => {
    assert.ok(contrast(colours.differs, colours.alike) >= 3);
    assert.ok(contrast(colours.focus, colours.ground) >= 3);
  });
}

test("the commonest outcomes come first, and no two share a sign", () => {
  const outcomes = Array.from({ length: 40 }, (_, i) => `E${i}`).concat("ok", "not-reached");
  const counts = [0, ...outcomes.map((_, i) => i)];
  const styles = outcomeStyles(outcomes, counts);
  assert.equal(styles[40].sign, "a"); // E39: most cells
  assert.equal(styles[41].sign, "✓");
  assert.equal(styles[41].fill, undefined);
  assert.equal(new Set(styles.map((style) => style.sign)).size, styles.length);
});
