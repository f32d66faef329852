// Walking the map with the keyboard, and finding the cell under the pointer.
import { step } from "./layout.js";

const PAGE = 10; // rows of PageUp and PageDown

const ARROWS = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

// The first cell of a row from `column` in a direction.
function firstInRow(map, place, column, right) {
  const from = place - (place % map.columns.count) + column;
  return map.at[from] >= 0 ? from : step(map, from, 0, right);
}

// Where a key leads from a place of the map; -1 for a key that leads nowhere.
export function placeAfter(map, place, key) {
  if (key in ARROWS) return step(map, place, ...ARROWS[key]);
  if (key === "Home") return firstInRow(map, place, 0, 1);
  if (key === "End") return firstInRow(map, place, map.columns.count - 1, -1);
  if (key !== "PageUp" && key !== "PageDown") return -1;
  let next = place;
  for (let i = 0; i < PAGE; ++i) {
    next = step(map, next, key === "PageUp" ? -1 : 1, 0);
  }
  return next;
}

// The cell at a point of what is in sight, or -1. `view` has the scroll position
// and whether the labels at the left stay while one scrolls.
export function cellAtPoint(map, sizes, view, x, y) {
  if (y < sizes.head || (view.frozen && x < sizes.gutter)) return -1;
  const column = Math.floor((x + view.left - sizes.gutter) / sizes.cell.width);
  const row = Math.floor((y + view.top - sizes.head) / sizes.cell.height);
  const inside =
    column >= 0 && column < map.columns.count && row < map.rows.count;
  return inside ? map.at[row * map.columns.count + column] : -1;
}

// The nearest scroll position at which a cell's place is in sight, beside the
// labels. `view` has its width and height too.
export function revealing(map, sizes, view, place) {
  const column = place % map.columns.count;
  const row = Math.floor(place / map.columns.count);
  const x = column * sizes.cell.width + (view.frozen ? 0 : sizes.gutter);
  const y = row * sizes.cell.height;
  const labels = view.frozen ? sizes.gutter : 0;
  const across = view.width - labels - sizes.cell.width;
  const down = view.height - sizes.head - sizes.cell.height;
  return {
    left: Math.max(Math.min(view.left, x), x - across),
    top: Math.max(Math.min(view.top, y), y - down),
  };
}
