import assert from "node:assert/strict";
import test from "node:test";
import { untested, withoutRecord } from "../../../report/page/js/hosts_view.js";
import { smallPlan } from "./small_plan.mjs";

test("every status that is not DONE is told with its reason and hosts", () => {
  assert.deepEqual(untested(smallPlan()), [
    { status: "SKIP", reason: "no right", cells: 1, hosts: [0, 1] },
    { status: "UNSTABLE", reason: "", cells: 1, hosts: [1] },
  ]);
});

test("hosts that did not run a plan are told", () => {
  assert.deepEqual(withoutRecord(smallPlan(), 3), [2]);
  assert.deepEqual(withoutRecord(smallPlan(), 2), []);
});
