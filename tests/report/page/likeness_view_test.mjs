import assert from "node:assert/strict";
import test from "node:test";
import { misnamedText } from "../../../report/page/js/likeness_view.js";

const one = { kernel: "6.8.0", hosts: 3, entry: "6.8", differing: 1097 };

test("hosts whose kernel calls itself otherwise are told with how far they are from it", () => {
  assert.equal(misnamedText(one), "3 hosts call their kernel 6.8.0, but from 6.8 they differ in 1,097 cells.");
  assert.equal(misnamedText({ ...one, hosts: 1, differing: 1 }),
    "1 host calls its kernel 6.8.0, but from 6.8 it differs in 1 cell.");
});
