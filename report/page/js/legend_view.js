// What colours and signs on the map stand for, with how many cells have them.
import { byId, el, replace } from "./dom.js";
import { STATE_NAMES, STATE_SIGNS, STATE_WORDS } from "./model.js";
import { outcomeStyles } from "./palette.js";
import { commas } from "./text.js";

// How many cells have each code of an observation, over the groups shown.
export function countCodes(plan, observation, columns) {
  const counts = new Array(plan.outcomes.length + 1).fill(0);
  for (const { record } of columns) {
    for (let cell = 0; cell < plan.size; ++cell) {
      if (record.status[cell] === 1) ++counts[record.columns[observation][cell]];
    }
  }
  return counts;
}

function swatch(style, sign) {
  const node = el("span.swatch", { "aria-hidden": "true" }, sign);
  if (style.token !== undefined) node.classList.add(style.token);
  else {
    node.style.backgroundColor = style.fill;
    node.style.color = style.ink;
  }
  return node;
}

function stateLegend(plan) {
  const counts = new Uint32Array(STATE_WORDS.length);
  for (const state of plan.states) ++counts[state];
  return STATE_WORDS.map((word, state) => {
    const count = counts[state];
    const style = { token: STATE_NAMES[state] };
    return count > 0 && el("li", {}, swatch(style, STATE_SIGNS[state]), ` ${word} (${commas(count)})`);
  });
}

function outcomeLegend(plan, counts, styles, actions) {
  return styles.map((style, code) => {
    if (counts[code] === 0) return null;
    const text = code === 0 ? "(not observed)" : plan.outcomes[code - 1];
    return el(
      "li",
      {},
      el(
        "button.plain",
        { disabled: code === 0, onclick: () => actions.filterOutcome(text) },
        swatch(style, style.sign),
        ` ${text} (${commas(counts[code])})`,
      ),
    );
  });
}

// The style of each outcome's code; none where states are shown.
export function showLegend(plan, observation, columns, actions) {
  if (observation < 0) {
    replace(byId("legend"), stateLegend(plan));
    return [];
  }
  const counts = countCodes(plan, observation, columns);
  const styles = outcomeStyles(plan.outcomes, counts);
  const order = columns.map((column) => column.name).join(" | ");
  replace(
    byId("legend"),
    outcomeLegend(plan, counts, styles, actions),
    columns.length > 1 && el("li", {}, `a cell, from left to right: ${order}`),
  );
  return styles;
}
