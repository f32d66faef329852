import assert from "node:assert/strict";
import test from "node:test";
import { commas, counted, listed, percent } from "../../../report/page/js/text.js";

test("numbers have commas", () => {
  assert.equal(commas(999), "999");
  assert.equal(commas(1234567), "1,234,567");
});

test("one is singular", () => {
  assert.equal(counted(1, "cell", "cells"), "1 cell");
  assert.equal(counted(0, "cell", "cells"), "0 cells");
});

test("long lists are cut, and say by how much", () => {
  assert.equal(listed(["a", "b"], 2), "a, b");
  assert.equal(listed(["a", "b", "c"], 2), "a, b and 1 more");
});

test("some is never none, and most is never all", () => {
  assert.equal(percent(1, 100000), "< 1 %");
  assert.equal(percent(99999, 100000), "> 99 %");
  assert.equal(percent(0, 5), "0 %");
  assert.equal(percent(5, 5), "100 %");
  assert.equal(percent(0, 0), "0 %");
});
