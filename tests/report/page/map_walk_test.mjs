import assert from "node:assert/strict";
import test from "node:test";
import { arrange } from "../../../report/page/js/layout.js";
import { cellAtPoint, placeAfter, revealing } from "../../../report/page/js/map_walk.js";
import { smallPlan } from "./small_plan.mjs";

// Places: 0 . 1 / 2 3 4 (cells), the second of the first row being excluded.
const map = arrange(smallPlan(), [0], [1], Uint8Array.of(1, 1, 1, 1, 1));
const sizes = { head: 30, gutter: 50, cell: { width: 20, height: 10 } };
const view = { left: 0, top: 0, width: 90, height: 45, frozen: true };

test("keys lead to cells, and others nowhere", () => {
  assert.equal(placeAfter(map, 0, "ArrowRight"), 2);
  assert.equal(placeAfter(map, 5, "Home"), 3);
  assert.equal(placeAfter(map, 3, "End"), 5);
  assert.equal(placeAfter(map, 0, "PageDown"), 3);
  assert.equal(placeAfter(map, 3, "PageUp"), 0);
  assert.equal(placeAfter(map, 0, "x"), -1);
});

test("Home and End find the first and last cell, not an empty place", () => {
  const holes = arrange(smallPlan(), [0], [1], Uint8Array.of(0, 1, 1, 1, 1));
  assert.equal(placeAfter(holes, 2, "Home"), 2);
});

test("a point is a cell, a label or nothing", () => {
  assert.equal(cellAtPoint(map, sizes, view, 51, 31), 0);
  assert.equal(cellAtPoint(map, sizes, view, 71, 31), -1);
  assert.equal(cellAtPoint(map, sizes, view, 51, 41), 2);
  assert.equal(cellAtPoint(map, sizes, view, 20, 41), -1);
  assert.equal(cellAtPoint(map, sizes, view, 51, 10), -1);
  assert.equal(cellAtPoint(map, sizes, view, 51, 99), -1);
});

test("where one has scrolled to counts", () => {
  const scrolled = { ...view, left: 40, top: 10 };
  assert.equal(cellAtPoint(map, sizes, scrolled, 51, 31), 4);
  assert.equal(cellAtPoint(map, sizes, { ...scrolled, frozen: false }, 20, 31), 2);
});

test("a cell is brought into sight, and one in sight stays", () => {
  assert.deepEqual(revealing(map, sizes, view, 0), { left: 0, top: 0 });
  assert.deepEqual(revealing(map, sizes, view, 5), { left: 20, top: 5 });
  assert.deepEqual(revealing(map, sizes, { ...view, left: 99, top: 99 }, 0), { left: 0, top: 0 });
});
