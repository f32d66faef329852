// Numbers and lists in words.

// "10,800".
export function commas(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}

// "1 cell", "2,160 cells".
export function counted(number, one, many) {
  return `${commas(number)} ${number === 1 ? one : many}`;
}

// "a, b, c and 4 more".
export function listed(items, most) {
  if (items.length <= most) return items.join(", ");
  const shown = items.slice(0, most).join(", ");
  return `${shown} and ${commas(items.length - most)} more`;
}

// "12 %": never 0 % or 100 % of what is not none or all.
export function percent(part, whole) {
  if (whole === 0 || part === 0) return "0 %";
  if (part === whole) return "100 %";
  const share = (100 * part) / whole;
  if (share < 1) return "< 1 %";
  if (share > 99) return "> 99 %";
  return `${Math.round(share)} %`;
}
