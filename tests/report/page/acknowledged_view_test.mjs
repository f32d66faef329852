import assert from "node:assert/strict";
import test from "node:test";
import { acknowledgedOf, acknowledgedText } from "../../../report/page/js/acknowledged_view.js";
import { smallPlan } from "./small_plan.mjs";

const one = {
  id: "A1", owner: "net-team", reason: "known", link: "", expires: "2026-12-31", expired: false, cells: 1, hosts: [1],
};

test("only what means a host of the group is the group's", () => {
  const plan = { ...smallPlan(), acknowledged: [one] };
  assert.deepEqual(acknowledgedOf(plan, [0]), []);
  assert.deepEqual(acknowledgedOf(plan, [1, 2]), [one]);
});

test("who answers for it until when is told, and that it is over", () => {
  assert.equal(acknowledgedText(one), "Acknowledged A1 by net-team until 2026-12-31: 1 cell: known");
  assert.match(acknowledgedText({ ...one, expired: true, cells: 2 }), /expired after 2026-12-31: 2 cells count again/);
});

test("a report of files has none", () => {
  assert.deepEqual(smallPlan().acknowledged, []);
});
