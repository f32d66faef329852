// Where cells stand on the map: some axes along the rows, the others along the
// columns, nested in the order of the plan.

// A mixed-radix number of the cell's values on these axes.
function keyOf(plan, axes, cell) {
  let key = 0;
  for (const axis of axes) {
    key = key * plan.axes[axis].values.length + plan.coordinates[axis][cell];
  }
  return key;
}

function sortedKeys(keys) {
  return [...new Set(keys)].sort((a, b) => a - b);
}

// The value index of each axis that a key is made of.
function valuesOfKey(plan, axes, key) {
  const values = new Array(axes.length);
  let rest = key;
  for (let i = axes.length - 1; i >= 0; --i) {
    const size = plan.axes[axes[i]].values.length;
    values[i] = rest % size;
    rest = Math.floor(rest / size);
  }
  return values;
}

// Rows or columns of one axis that stand together: where a label begins and how
// far it reaches. Spans of an inner axis end where one of an outer axis does.
function spansOf(lines, level) {
  const spans = [];
  lines.forEach((values, at) => {
    const last = spans[spans.length - 1];
    const same =
      last !== undefined &&
      values.slice(0, level + 1).every((v, i) => v === lines[last.from][i]);
    if (same) last.count += 1;
    else spans.push({ from: at, count: 1, value: values[level] });
  });
  return spans;
}

function side(plan, axes, keys) {
  const lines = keys.map((key) => valuesOfKey(plan, axes, key));
  return {
    axes,
    count: keys.length,
    levels: axes.map((_, level) => spansOf(lines, level)),
  };
}

// The map of the cells for which `shown` is not 0. Rows and columns without any
// are left out. `at[row * columns.count + column]` is a cell or -1, and
// `placeOf[cell]` where in `at` it stands, or -1.
export function arrange(plan, rowAxes, columnAxes, shown) {
  const cells = [];
  const rowKeys = [];
  const columnKeys = [];
  for (let cell = 0; cell < plan.size; ++cell) {
    if (!shown[cell]) continue;
    cells.push(cell);
    rowKeys.push(keyOf(plan, rowAxes, cell));
    columnKeys.push(keyOf(plan, columnAxes, cell));
  }
  const rows = sortedKeys(rowKeys);
  const columns = sortedKeys(columnKeys);
  const rowOf = new Map(rows.map((key, i) => [key, i]));
  const columnOf = new Map(columns.map((key, i) => [key, i]));
  const at = new Int32Array(rows.length * columns.length).fill(-1);
  const placeOf = new Int32Array(plan.size).fill(-1);
  cells.forEach((cell, i) => {
    const place =
      rowOf.get(rowKeys[i]) * columns.length + columnOf.get(columnKeys[i]);
    at[place] = cell;
    placeOf[cell] = place;
  });
  return {
    rows: side(plan, rowAxes, rows),
    columns: side(plan, columnAxes, columns),
    at,
    placeOf,
  };
}

// Which axes go along the columns: the last ones, as many as give no more than
// `most` columns; at least one, and one is left for the rows.
export function chooseColumns(plan, most) {
  const columns = [];
  let width = 1;
  for (let axis = plan.axes.length - 1; axis > 0; --axis) {
    const size = plan.axes[axis].values.length;
    if (columns.length > 0 && width * size > most) break;
    columns.unshift(axis);
    width *= size;
  }
  return columns;
}

// The nearest cell from `place` in a direction; `place` itself where there is
// none.
export function step(map, place, down, right) {
  const width = map.columns.count;
  let row = Math.floor(place / width) + down;
  let column = (place % width) + right;
  while (row >= 0 && row < map.rows.count && column >= 0 && column < width) {
    if (map.at[row * width + column] >= 0) return row * width + column;
    row += down;
    column += right;
  }
  return place;
}
