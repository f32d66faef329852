import assert from "node:assert/strict";
import test from "node:test";
import { callsOf, markOption, optionsOf } from "../../../report/page/js/steps.js";
import { smallPlan } from "./small_plan.mjs";

test("a cell's calls are those whose guards hold, with its values", () => {
  assert.deepEqual(callsOf(smallPlan(), 4).map((call) => call.text), [
    "s = socket(AF_INET6, SOCK_STREAM, 0)",
    "setsockopt(s, SOL_SOCKET, SO_REUSEADDR, 1)",
    "bind(s, [::1]:A)",
  ]);
  assert.equal(callsOf(smallPlan(), 0).length, 2);
});

test("a call knows its observation and how deep in loops it stands", () => {
  const bind = callsOf(smallPlan(), 0)[1];
  assert.equal(bind.observation, 0);
  assert.equal(bind.depth, 1);
});

test("a step whose texts were too many says where they are", () => {
  const plan = smallPlan();
  plan.steps[0].middles = [];
  assert.match(callsOf(plan, 0)[0].text, /plans show/);
});

test("options are marked where they are set", () => {
  assert.deepEqual(optionsOf(smallPlan()), ["SO_REUSEADDR"]);
  assert.deepEqual([...markOption(smallPlan(), "SO_REUSEADDR")], [0, 1, 0, 1, 1]);
});
