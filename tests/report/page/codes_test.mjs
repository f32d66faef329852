import assert from "node:assert/strict";
import test from "node:test";
import { gzipSync } from "node:zlib";
import { expandRuns, markRows, unpack } from "../../../report/page/js/codes.js";

test("runs become a column", () => {
  assert.deepEqual([...expandRuns([2, 7, 1, 0], 3)], [7, 7, 0]);
});

test("-1 stands for what the first record has in the same place", () => {
  const first = Uint16Array.of(1, 2, 3, 4);
  assert.deepEqual([...expandRuns([1, 9, 2, -1, 1, 8], 4, first)], [9, 2, 3, 8]);
});

test("runs that do not fill the column are an error", () => {
  assert.throws(() => expandRuns([2, 7], 3), /2 cells, not 3/);
});

test("rows mark their cells and no other", () => {
  assert.deepEqual([...markRows([1, 2, 4, 1], 6)], [0, 1, 1, 0, 1, 0]);
});

test("what was packed is unpacked, whatever its texts", async () => {
  const document = { name: "</script><img onerror>\u2192" };
  const packed = gzipSync(JSON.stringify(document)).toString("base64");
  assert.deepEqual(await unpack(`\n${packed}\n`), document);
});
