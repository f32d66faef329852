import assert from "node:assert/strict";
import test from "node:test";
import { ALIKE, DIFFERS, readReport, ruleMarks, SKIPPED, totals, TROUBLE } from "../../../report/page/js/model.js";
import { document, smallPlan, smallReport } from "./small_plan.mjs";

test("each cell's state follows from all groups", () => {
  assert.deepEqual([...smallPlan().states], [ALIKE, DIFFERS, TROUBLE, ALIKE, SKIPPED]);
});

test("what is not DONE on one side does not differ", () => {
  const plan = smallPlan();
  assert.equal(plan.differing, 1);
  assert.equal(plan.compared, 3);
});

test("totals count every cell in one state", () => {
  const sum = totals(smallReport());
  assert.equal(sum.cells, 5);
  assert.equal(sum.differing, 1);
  assert.equal(sum.skipped, 1);
  assert.equal(sum.trouble, 1);
  assert.equal(sum.differingPlans, 1);
});

test("groups have the letters of their hosts' profiles, the reference first", () => {
  const other = structuredClone(document);
  other.plans[0].reference = 1;
  const plan = readReport(other).plans[0];
  assert.deepEqual(plan.columns.map((column) => column.name), ["B", "A"]);
});

test("after the reference groups stand in the order of their letters", () => {
  const other = structuredClone(document);
  other.plans[0].groups.unshift({ ...other.plans[0].groups[1], id: "cc" });
  other.plans[0].reference = 1;
  [1, 2].forEach((group, i) => (other.profiles[i].groups = [group]));
  other.profiles.push({ ...other.profiles[1], letter: "C", groups: [0] });
  const plan = readReport(other).plans[0];
  assert.deepEqual(plan.columns.map((column) => column.name), ["A", "B", "C"]);
});

test("a profile says in which plans it is not with the reference", () => {
  const [a, b] = smallReport().profiles;
  assert.equal(a.differs.length, 0);
  assert.equal(b.differs[0].plan.plan, "bind.small");
});

test("a rule marks its cells", () => {
  assert.deepEqual([...ruleMarks(smallPlan(), 1, 0)], [0, 1, 0, 0, 0]);
});

test("data of another format are refused", () => {
  assert.throws(() => readReport({ ...document, format: 2 }), /format 2/);
});

test("a plan on which all hosts are undecided shows their records", () => {
  const other = structuredClone(document);
  other.plans[0].groups = [];
  other.profiles.forEach((profile) => (profile.groups = [-1]));
  const plan = readReport(other).plans[0];
  assert.deepEqual(plan.columns.map((column) => column.name), ["?1", "?2"]);
});
