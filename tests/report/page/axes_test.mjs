import assert from "node:assert/strict";
import test from "node:test";
import { cellName, coordinates, findCell, rawIndices } from "../../../report/page/js/axes.js";
import { smallPlan } from "./small_plan.mjs";

const axes = [{ values: ["a", "b"] }, { values: ["x", "y", "z"] }];

test("cells are the combinations that are not excluded", () => {
  assert.deepEqual([...rawIndices(axes, [1, 2])], [0, 3, 4, 5]);
});

test("without axes there is one cell", () => {
  assert.deepEqual([...rawIndices([], [])], [0]);
});

test("the last axis is the fastest", () => {
  const [first, last] = coordinates(axes, rawIndices(axes, []));
  assert.deepEqual([...first], [0, 0, 0, 1, 1, 1]);
  assert.deepEqual([...last], [0, 1, 2, 0, 1, 2]);
});

test("a cell is found by its name", () => {
  const plan = smallPlan();
  assert.equal(cellName(plan, 1), "[addr=0.0.0.0,reuse=1]");
  for (let cell = 0; cell < plan.size; ++cell) {
    assert.equal(findCell(plan, cellName(plan, cell)), cell);
  }
  assert.equal(findCell(plan, "[addr=0.0.0.0,reuse=0]"), -1);
});
