// Which colour and which sign stand for an outcome. Colours are told apart by
// people who see few of them (Okabe and Ito's set), and never stand alone:
// every one of them has a sign of its own.

const COLOURS = [
  { fill: "#e69f00", ink: "#111111" },
  { fill: "#56b4e9", ink: "#111111" },
  { fill: "#d55e00", ink: "#111111" },
  { fill: "#f0e442", ink: "#111111" },
  { fill: "#cc79a7", ink: "#111111" },
  { fill: "#009e73", ink: "#111111" },
  { fill: "#0072b2", ink: "#ffffff" },
];
const SIGNS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

// What needs no colour of its own: it went well, or was never come to.
const PLAIN = new Map([
  ["ok", { token: "fine", sign: "✓" }],
  ["not-reached", { token: "quiet", sign: "–" }],
  ["", { token: "none", sign: "" }],
]);

// One style a code of `outcomes`, 0 being "not observed": the outcomes that
// stand in more cells come first. `counts` has the number of cells a code.
export function outcomeStyles(outcomes, counts) {
  const styles = new Array(outcomes.length + 1);
  const order = [];
  for (let code = 0; code < styles.length; ++code) {
    const text = code === 0 ? "" : outcomes[code - 1];
    if (PLAIN.has(text)) styles[code] = PLAIN.get(text);
    else order.push(code);
  }
  order.sort((a, b) => counts[b] - counts[a] || a - b);
  order.forEach((code, i) => {
    const sign = i < SIGNS.length ? SIGNS[i] : "*";
    styles[code] = { ...COLOURS[i % COLOURS.length], sign };
  });
  return styles;
}

// Relative luminance, as WCAG 2 defines it, of "#rrggbb".
export function luminance(hex) {
  const channel = (at) => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

export function contrast(a, b) {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

export const palette = COLOURS;
