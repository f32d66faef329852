// What is said of a plan above its cells: its groups and the rules of where
// they differ.
import { acknowledgedLines } from "./acknowledged_view.js";
import { badge, byId, el, replace } from "./dom.js";
import { becauseOf } from "./groups_view.js";
import { commas, counted, listed } from "./text.js";

const RULES = 3; // of a group, shown at once

function groupLine(report, plan, column) {
  const names = column.hosts.map((host) => report.hosts[host].name);
  const group = column.group;
  const isReference = group !== null && group.index === plan.reference;
  return el(
    "li",
    {},
    badge(column.name),
    ` ${listed(names, 4)}`,
    group !== null && el("span.aside", {}, ` behaviour ${group.id}`),
    isReference && plan.columns.length > 1 && el("span.aside", {}, "; the others are compared with it"),
    group !== null && group.note !== "" && el("span.aside", {}, `; ${group.note}`),
  );
}

function rulesOf(plan, group, filter, actions) {
  const pressed = (i) =>
    filter.rule !== null && filter.rule.group === group.index && filter.rule.rule === i;
  const items = group.rules.map((rule, i) =>
    el(
      "li",
      {},
      el(
        "button.rule",
        {
          "aria-pressed": String(pressed(i)),
          onclick: () => actions.openRule(plan, group.index, pressed(i) ? null : i),
        },
        rule.text,
      ),
    ),
  );
  const rest = items.slice(RULES);
  const letters = group.letters.join(" ") || `#${group.index + 1}`;
  return el(
    "section.rules",
    { "aria-label": `Where ${letters} differs` },
    el(
      "h4",
      {},
      badge(letters),
      ` differs in ${commas(group.differing)} of ${counted(group.compared, "cell", "cells")}`,
    ),
    acknowledgedLines(plan, group.hosts),
    becauseOf(group.because),
    el("ul", {}, items.slice(0, RULES)),
    rest.length > 0 &&
      el(
        "details",
        { open: group.rules.some((_, i) => i >= RULES && pressed(i)) },
        el("summary", {}, counted(rest.length, "more rule", "more rules")),
        el("ul", {}, rest),
      ),
  );
}

function aboutPlan(plan) {
  const sources = plan.sources.join("; ");
  if (plan.about === "" && sources === "") return null;
  return el(
    "details",
    {},
    el("summary", {}, "About this plan"),
    el("p.about", {}, plan.about),
    sources !== "" && el("p.aside", {}, `Sources: ${sources}`),
  );
}

function undecidedHosts(report, plan) {
  const lines = plan.undecided.map((one) =>
    el("li", {}, `${report.hosts[one.host].name}: ${one.reason}`),
  );
  if (lines.length === 0) return null;
  const count = counted(lines.length, "host", "hosts");
  return el("details", {}, el("summary", {}, `${count} undecided`), el("ul", {}, lines));
}

function whatItIs(plan) {
  const axes = listed(plan.axes.map((axis) => axis.name), 12) || "nothing";
  const others = plan.other_version;
  return el(
    "p.aside",
    {},
    `World ${plan.world}. ${counted(plan.size, "cell", "cells")}: every combination of ${axes}. Program ${plan.measurement}.`,
    others > 0 &&
      ` ${counted(others, "host", "hosts")} ran another version of the plan; only cells that are the same in both are compared.`,
  );
}

export function showPlanHead(report, plan, filter, actions) {
  byId("plan-name").textContent = plan.plan;
  const columns = plan.columns.map((column) => groupLine(report, plan, column));
  const differing = plan.columns
    .map((column) => column.group)
    .filter((group) => group !== null && group.differing > 0);
  replace(
    byId("plan-head"),
    el("p.title", {}, plan.title),
    whatItIs(plan),
    aboutPlan(plan),
    report.hosts.length > 1 && el("ul.columns", {}, columns),
    undecidedHosts(report, plan),
    differing.map((group) => rulesOf(plan, group, filter, actions)),
  );
}
