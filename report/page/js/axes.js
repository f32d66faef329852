// The cells of a plan: the combinations of its axes' values that are not
// excluded, the last axis fastest.

// The raw indices of the cells, ascending.
export function rawIndices(axes, excluded) {
  const matrix = axes.reduce((size, axis) => size * axis.values.length, 1);
  let left = matrix;
  for (let i = 1; i < excluded.length; i += 2) left -= excluded[i];
  const raw = new Uint32Array(left);
  let next = 0;
  let at = 0;
  for (let i = 0; i < excluded.length; i += 2) {
    for (; next < excluded[i]; ++next) raw[at++] = next;
    next = excluded[i] + excluded[i + 1];
  }
  for (; next < matrix; ++next) raw[at++] = next;
  return raw;
}

// One column an axis: the index of its value in each cell.
export function coordinates(axes, raw) {
  const columns = axes.map(() => new Uint16Array(raw.length));
  for (let cell = 0; cell < raw.length; ++cell) {
    let rest = raw[cell];
    for (let axis = axes.length - 1; axis >= 0; --axis) {
      const values = axes[axis].values.length;
      columns[axis][cell] = rest % values;
      rest = Math.floor(rest / values);
    }
  }
  return columns;
}

// ["a.addr=::1", "b.addr=0.0.0.0"].
export function valuesOf(plan, cell) {
  return plan.axes.map(
    (axis, i) => `${axis.name}=${axis.values[plan.coordinates[i][cell]]}`,
  );
}

// "[a.addr=::1,b.addr=0.0.0.0]": as everywhere in sockdrift.
export function cellName(plan, cell) {
  const values = valuesOf(plan, cell);
  return values.length === 0 ? "" : `[${values.join(",")}]`;
}

// The cell of that name, or -1.
export function findCell(plan, name) {
  for (let cell = 0; cell < plan.size; ++cell) {
    if (cellName(plan, cell) === name) return cell;
  }
  return -1;
}
