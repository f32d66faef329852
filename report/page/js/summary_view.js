// The answer in one sentence, and the numbers behind it.
import { byId, el, replace } from "./dom.js";
import { likenessOf } from "./likeness_view.js";
import { totals } from "./model.js";
import { commas, counted } from "./text.js";

function verdictOf(report, sum) {
  if (sum.hosts === 1) {
    return {
      word: "ONE HOST",
      kind: "neutral",
      text: `${counted(sum.cells, "cell", "cells")} of ${counted(sum.plans, "plan", "plans")} on ${report.hosts[0].name}; there is no other host to compare it with.`,
    };
  }
  if (sum.compared === 0) {
    return {
      word: "CANNOT TELL",
      kind: "doubt",
      text: "No cell was tested on two hosts: nothing could be compared.",
    };
  }
  if (sum.differing === 0) {
    return {
      word: "ALIKE",
      kind: "good",
      text: `${counted(sum.hosts, "host", "hosts")} behave alike in all ${commas(sum.compared)} cells that were compared.`,
    };
  }
  return {
    word: "DIFFERENT",
    kind: "bad",
    text: `${counted(sum.hosts, "host", "hosts")} behave in ${counted(sum.profiles, "way", "ways")}. They differ in ${commas(sum.differing)} of ${counted(sum.compared, "compared cell", "compared cells")}, in ${commas(sum.differingPlans)} of ${counted(sum.plans, "plan", "plans")}.`,
  };
}

function tile(number, label, kind = "") {
  return el(
    kind === "" ? "div.tile" : `div.tile.${kind}`,
    {},
    el("dt", {}, label),
    el("dd", {}, commas(number)),
  );
}

function rulesTiles(report) {
  const broken = report.plans
    .flatMap((plan) => plan.expectations)
    .filter((one) => one.claims.length === 0 && one.verdicts.includes("broken"));
  return tile(broken.length, "rules broken", broken.length > 0 ? "bad" : "");
}

export function showSummary(report) {
  const sum = totals(report);
  const verdict = verdictOf(report, sum);
  replace(
    byId("verdict"),
    el(`strong.word.${verdict.kind}`, {}, verdict.word),
    el("span", {}, verdict.text),
  );
  // Of several hosts each group's card says it.
  replace(
    byId("likeness"),
    sum.hosts === 1 && likenessOf(report.profiles[0].atlas),
  );
  replace(
    byId("numbers"),
    tile(sum.hosts, "hosts"),
    tile(sum.profiles, sum.profiles === 1 ? "group" : "groups"),
    tile(sum.plans, "plans"),
    tile(sum.cells, "cells"),
    sum.hosts > 1 && tile(sum.compared, "compared"),
    sum.hosts > 1 && tile(sum.differing, "differ", sum.differing > 0 ? "bad" : ""),
    rulesTiles(report),
    tile(sum.skipped, "not tested (SKIP)", sum.skipped > 0 ? "doubt" : ""),
    sum.partly > 0 && tile(sum.partly, "tested in some groups only", "doubt"),
    tile(
      sum.trouble,
      "ERROR, UNSTABLE or MISS",
      sum.trouble > 0 ? "doubt" : "",
    ),
  );
}
