// The plans as rows, each with a strip of all its cells: where in it hosts
// differ can be seen before it is opened.
import { byId, el, replace, styleValue } from "./dom.js";
import { ALIKE, DIFFERS, PARTLY, SKIPPED, STATE_NAMES, TROUBLE } from "./model.js";
import { commas, counted } from "./text.js";

const STRIP = { width: 160, height: 16 };
const LINE_HEIGHT = 4;

// How many cells of each state that match stand in each part of the strip: for
// each part its states one after the other.
function countParts(plan, matches, parts) {
  const states = STATE_NAMES.length;
  const counts = new Uint32Array(parts * states);
  const scale = parts / plan.size;
  for (let cell = 0; cell < plan.size; ++cell) {
    if (matches[cell]) ++counts[Math.floor(cell * scale) * states + plan.states[cell]];
  }
  return counts;
}

function drawStrip(canvas, plan, matches, fills) {
  const parts = Math.min(STRIP.width, plan.size);
  const context = canvas.getContext("2d");
  const width = STRIP.width / parts;
  context.clearRect(0, 0, STRIP.width, STRIP.height);
  const bar = (part, state, height) => {
    context.fillStyle = fills[state];
    context.fillRect(part * width, STRIP.height - height, width + 0.5, height);
  };
  // What differs stands on a low line, as high as its share: it is seen without
  // colours, and a single cell is not lost.
  const all = countParts(plan, matches, parts);
  for (let part = 0; part < parts; ++part) {
    const counts = all.subarray(part * STATE_NAMES.length, (part + 1) * STATE_NAMES.length);
    const sum = counts.reduce((a, b) => a + b, 0);
    if (sum === 0) continue;
    bar(part, counts[ALIKE] + counts[PARTLY] > 0 ? ALIKE : SKIPPED, LINE_HEIGHT);
    for (const state of [TROUBLE, DIFFERS]) {
      if (counts[state] === 0) continue;
      const share = counts[state] / sum;
      bar(part, state, LINE_HEIGHT + 2 + share * (STRIP.height - LINE_HEIGHT - 2));
    }
  }
}

function differingText(plan, report) {
  if (report.hosts.length < 2) return counted(plan.size, "cell", "cells");
  if (plan.differing > 0) {
    return `≠ ${commas(plan.differing)} of ${commas(plan.compared)}`;
  }
  return plan.compared === 0 ? "not compared" : `alike, ${commas(plan.compared)}`;
}

// A list that keeps its rows: a filter only hides, sorts and counts them.
export function startPlanList(report, actions) {
  const rows = report.plans.map((plan) => {
    const canvas = el("canvas", { ...STRIP, "aria-hidden": "true" });
    const count = el("span.count", {});
    const button = el(
      plan.differing > 0 ? "button.plan.differs" : "button.plan",
      { onclick: () => actions.openPlan(plan) },
      el("span.name", {}, plan.plan),
      el("span.state", {}, differingText(plan, report)),
      canvas,
      count,
    );
    return { plan, canvas, count, item: el("li", {}, button), button };
  });
  rows.sort(
    (a, b) =>
      b.plan.differing - a.plan.differing || a.plan.index - b.plan.index,
  );
  const empty = el("li.aside", { hidden: true }, "No cell matches the filter.");
  replace(byId("plans"), rows.map((row) => row.item), empty);
  const worlds = new Set(report.plans.map((plan) => plan.world));
  if (worlds.size > 1) {
    for (const row of rows) {
      row.button.querySelector(".name").append(` (${row.plan.world})`);
    }
  }
  return {
    // `matches` and `counts` have one entry a plan.
    show(matches, counts) {
      const fills = STATE_NAMES.map((name) => styleValue(`--${name}`));
      for (const row of rows) {
        const count = counts[row.plan.index];
        row.item.hidden = count === 0;
        if (count === 0) continue;
        row.count.textContent =
          count === row.plan.size ? "" : counted(count, "match", "matches");
        drawStrip(row.canvas, row.plan, matches[row.plan.index], fills);
      }
      empty.hidden = counts.some((count) => count > 0);
    },
    mark(plan) {
      for (const row of rows) {
        row.button.setAttribute("aria-current", String(row.plan === plan));
      }
    },
    first(counts) {
      return rows.find((row) => counts[row.plan.index] > 0)?.plan ?? null;
    },
  };
}
