// What of a plan's cells is shown, and how they are laid out.
import { byId, el, replace } from "./dom.js";

export const MOST_SIDES = 4; // groups side by side in a cell

function fillObservations(plan, view, changed) {
  const select = byId("observation");
  const several = plan.columns.length > 1;
  replace(
    select,
    el("option", { value: "-1" }, several ? "where groups differ" : "which cells were tested"),
    plan.observations.map((name, i) => el("option", { value: i }, `outcome of ${name}`)),
  );
  select.value = String(view.observation);
  select.onchange = () => changed({ observation: Number(select.value) });
}

function axisButton(plan, view, axis, changed) {
  const across = view.columnAxes.includes(axis);
  const others = view.columnAxes.filter((one) => one !== axis);
  const columnAxes = across ? others : [...others, axis].sort((a, b) => a - b);
  const { name } = plan.axes[axis];
  return el(
    "button",
    {
      onclick: () => {
        changed({ columnAxes });
        byId("axes").children[axis].firstChild.focus();
      },
      "aria-label": `${name}: along the ${across ? "columns" : "rows"}; change`,
    },
    `${name} ${across ? "→" : "↓"}`,
  );
}

function sideButton(plan, view, side, changed) {
  const shown = view.sides.includes(side);
  const others = view.sides.filter((one) => one !== side);
  const next = shown ? others : [...others, side].slice(-MOST_SIDES);
  return el(
    "button",
    {
      "aria-pressed": String(shown),
      onclick: () => {
        changed({ sides: next.length === 0 ? [side] : next });
        byId("sides").children[side].focus();
      },
    },
    plan.columns[side].name,
  );
}

// `changed` is called with what of `view` has become another.
export function showControls(plan, view, changed) {
  fillObservations(plan, view, changed);
  replace(
    byId("axes"),
    plan.axes.map((_, axis) => el("li", {}, axisButton(plan, view, axis, changed))),
  );
  byId("sides").hidden = plan.columns.length <= MOST_SIDES;
  replace(
    byId("sides"),
    plan.columns.map((_, side) => sideButton(plan, view, side, changed)),
  );
}
