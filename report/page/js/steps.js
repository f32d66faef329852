// A cell's steps as system calls, made from the plan's templates.

function applies(step, plan, cell) {
  return step.guards.every(([axis, values]) =>
    values.includes(plan.coordinates[axis][cell]),
  );
}

function combinationOf(step, plan, cell) {
  let index = 0;
  for (const axis of step.axes) {
    index =
      index * plan.axes[axis].values.length + plan.coordinates[axis][cell];
  }
  return index;
}

function textOf(step, plan, cell) {
  if (step.middles.length === 0) {
    return "(too long for a report: sockdrift plans show has it)";
  }
  const middle = step.middles[combinationOf(step, plan, cell)];
  return step.text[0] + middle + step.text[1];
}

// One entry a call that is made in this cell: its text without the name of the
// observation, how deep in loops it stands, and which observation it is (-1:
// none).
export function callsOf(plan, cell) {
  return plan.steps
    .filter((step) => applies(step, plan, cell))
    .map((step) => ({
      text: textOf(step, plan, cell).split("   → ")[0],
      depth: step.depth,
      observation: step.observation,
    }));
}

// Whether the option is set by some call of the cell: 1 in each such cell.
export function markOption(plan, option) {
  const marks = new Uint8Array(plan.size);
  for (const step of plan.steps) {
    if (step.option !== option) continue;
    for (let cell = 0; cell < plan.size; ++cell) {
      if (applies(step, plan, cell)) marks[cell] = 1;
    }
  }
  return marks;
}

// The options that the plan's steps set, each once.
export function optionsOf(plan) {
  return [...new Set(plan.steps.map((step) => step.option))].filter(Boolean);
}
