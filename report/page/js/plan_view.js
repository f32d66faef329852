// One plan: what is said of it, and its cells as a map or a table.
import { MOST_SIDES, showControls } from "./controls_view.js";
import { byId } from "./dom.js";
import { chooseColumns } from "./layout.js";
import { countCodes, showLegend } from "./legend_view.js";
import { startMap } from "./map_view.js";
import { showPlanHead } from "./plan_head_view.js";
import { showTable } from "./table_view.js";

const COLUMN = 20; // pixels of a cell
const LABELS = 420; // that rows' labels take, about

// Where there is nothing to compare: the observation that tells most, which is
// the one of whose cells most have another outcome than the commonest.
function mostDivided(plan) {
  let best = -1; // states
  let most = -1;
  plan.observations.forEach((_, observation) => {
    const counts = countCodes(plan, observation, plan.columns).slice(1);
    const others = counts.reduce((a, b) => a + b, 0) - Math.max(...counts);
    if (others > most) {
      most = others;
      best = observation;
    }
  });
  return best;
}

function firstView(plan, table) {
  const width = byId("plan").clientWidth || 800;
  return {
    observation: plan.columns.length > 1 ? -1 : mostDivided(plan),
    columnAxes: chooseColumns(plan, Math.max(6, Math.floor((width - LABELS) / COLUMN))),
    sides: plan.columns.map((_, i) => i).slice(0, MOST_SIDES),
    table,
  };
}

export function startPlan(report, actions) {
  let plan = null;
  let matches = null;
  let filter = null;
  let view = { table: false };
  let current = -1;
  const openCell = (cell) => actions.openCell(plan, cell, map.order());
  const map = startMap({ openCell, moved: (cell) => (current = cell) });

  const showAsTable = () => {
    const cells = [];
    matches.forEach((match, cell) => match && cells.push(cell));
    const open = (cell) => actions.openCell(plan, cell, cells);
    showTable(plan, cells, view.observation, open);
  };

  const showCells = () => {
    const columns = view.sides.map((side) => plan.columns[side]);
    const styles = showLegend(plan, view.observation, columns, actions);
    byId("map-part").hidden = view.table;
    byId("table").hidden = !view.table;
    byId("tab-map").setAttribute("aria-pressed", String(!view.table));
    byId("tab-table").setAttribute("aria-pressed", String(view.table));
    if (view.table) {
      showAsTable();
      return;
    }
    const rows = plan.axes.map((_, i) => i).filter((i) => !view.columnAxes.includes(i));
    const look = { observation: view.observation, columns, styles, current };
    map.show(plan, { rows, columns: view.columnAxes }, matches, look);
  };

  const change = (what) => {
    view = { ...view, ...what };
    showControls(plan, view, change);
    showCells();
  };
  byId("tab-map").onclick = () => change({ table: false });
  byId("tab-table").onclick = () => change({ table: true });

  return {
    // `nextMatches` has 1 for each cell that the filter lets through.
    show(next, nextMatches, nextFilter) {
      const isNew = next !== plan;
      const newRule = filter === null || filter.rule !== nextFilter.rule;
      plan = next;
      matches = nextMatches;
      filter = nextFilter;
      byId("plan").hidden = plan === null;
      if (plan === null) return;
      if (isNew) {
        current = -1;
        view = firstView(plan, view.table);
        showControls(plan, view, change);
      }
      if (isNew || newRule) showPlanHead(report, plan, filter, actions);
      showCells();
    },
    redraw() {
      if (plan !== null) showCells();
    },
    go(cell) {
      current = cell;
      map.go(cell);
    },
    current: () => plan,
  };
}
