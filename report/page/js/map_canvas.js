// Draws the map: only what can be seen of it, so that its size costs nothing.
import { styleValue } from "./dom.js";
import { DIFFERS, DONE, STATE_NAMES, STATE_SIGNS, STATUS, TROUBLE } from "./model.js";

const FONT = "12px ui-sans-serif, system-ui, sans-serif";
const BOLD = `bold ${FONT}`;
const SIGN_FONT = "bold 11px ui-monospace, monospace";
const LINE = 18; // height of a horizontal label
const MOST = 140; // pixels of a label

const NOT_TESTED = { token: "skipped", sign: "/" };
const IN_TROUBLE = { token: "trouble", sign: "!", on: "on-trouble" };

function widest(context, font, texts) {
  context.font = font;
  const width = Math.max(...texts.map((text) => context.measureText(text).width));
  return Math.min(MOST, Math.ceil(width) + 10);
}

// Sizes of cells and labels. Labels above columns that are too narrow for them
// stand upright.
export function measure(context, plan, map, columns) {
  const cell = { width: columns > 1 ? Math.max(20, 13 * columns) : 20, height: 18 };
  const left = map.rows.axes.map((axis) => {
    const { name, values } = plan.axes[axis];
    return Math.max(widest(context, FONT, values), widest(context, BOLD, [`${name} ↓`]));
  });
  const top = map.columns.levels.map((spans, level) => {
    const need = widest(context, FONT, plan.axes[map.columns.axes[level]].values);
    const upright = spans.some((span) => span.count * cell.width < need);
    return { height: upright ? need : LINE, upright };
  });
  const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
  return {
    cell,
    left,
    top,
    gutter: sum(left),
    // One line more: the names of the axes along the rows.
    head: sum(top.map((band) => band.height)) + LINE,
    width: sum(left) + map.columns.count * cell.width,
    height: sum(top.map((b) => b.height)) + LINE + map.rows.count * cell.height,
  };
}

function colours() {
  const names = ["ground", "text", "soft", "line", "alike", "differs", "on-differs",
    "partly", "skipped", "trouble", "on-trouble", "fine", "quiet", "none", "focus"];
  return Object.fromEntries(names.map((n) => [n, styleValue(`--${n}`)]));
}

function cut(context, text, width) {
  if (context.measureText(text).width <= width) return text;
  let most = text.length;
  while (most > 1 && context.measureText(`${text.slice(0, most)}…`).width > width) --most;
  return `${text.slice(0, most)}…`;
}

class MapPainter {
  constructor(context, plan, map, sizes, look) {
    Object.assign(this, { context, plan, map, sizes, look });
    this.colours = colours();
  }

  sign(text, ink, x, y, width) {
    if (text === "") return;
    this.context.font = SIGN_FONT;
    this.context.fillStyle = ink;
    this.context.textAlign = "center";
    this.context.fillText(text, x + width / 2, y + this.sizes.cell.height / 2 + 1);
    this.context.textAlign = "left";
  }

  stateCell(cell, x, y) {
    const { width, height } = this.sizes.cell;
    const state = this.plan.states[cell];
    this.context.fillStyle = this.colours[STATE_NAMES[state]];
    this.context.fillRect(x, y, width - 1, height - 1);
    const ink = { [DIFFERS]: "on-differs", [TROUBLE]: "on-trouble" }[state] ?? "text";
    this.sign(STATE_SIGNS[state], this.colours[ink], x, y, width - 1);
  }

  // Colour and sign of a record's outcome, or of why it has none.
  styleOf(record, cell) {
    const status = record.status[cell];
    if (status === DONE) {
      return this.look.styles[record.columns[this.look.observation][cell]];
    }
    return STATUS[status] === "SKIP" ? NOT_TESTED : IN_TROUBLE;
  }

  // The groups' outcomes side by side; one where they are the same.
  outcomeCell(cell, x, y) {
    const { width, height } = this.sizes.cell;
    const all = this.look.columns.map(({ record }) => this.styleOf(record, cell));
    const styles = all.every((style) => style === all[0]) ? [all[0]] : all;
    const part = (width - 1) / styles.length;
    styles.forEach((style, i) => {
      this.context.fillStyle = style.fill ?? this.colours[style.token];
      this.context.fillRect(x + i * part, y, part, height - 1);
      const ink = style.ink ?? this.colours[style.on ?? "text"];
      this.sign(style.sign, ink, x + i * part, y, part);
    });
  }

  cells(area) {
    const { cell } = this.sizes;
    const width = this.map.columns.count;
    for (let row = area.row; row < area.endRow; ++row) {
      for (let column = area.column; column < area.endColumn; ++column) {
        const number = this.map.at[row * width + column];
        if (number < 0) continue;
        const x = area.x + column * cell.width;
        const y = area.y + row * cell.height;
        if (this.look.observation < 0) this.stateCell(number, x, y);
        else this.outcomeCell(number, x, y);
        if (number === this.look.current) this.ring(x, y);
      }
    }
  }

  ring(x, y) {
    const { width, height } = this.sizes.cell;
    this.context.strokeStyle = this.colours.focus;
    this.context.lineWidth = 3;
    this.context.strokeRect(x + 0.5, y + 0.5, width - 2, height - 2);
  }

  // A label that stays in sight while any of what it names is.
  label(text, x, y, width, height, upright) {
    const { context } = this;
    context.save();
    context.beginPath();
    context.rect(x, y, width, height);
    context.clip();
    context.font = FONT;
    context.fillStyle = this.colours.text;
    if (upright) {
      context.translate(x + Math.min(width, 20) / 2, y + height - 5);
      context.rotate(-Math.PI / 2);
      context.fillText(cut(context, text, height - 8), 0, 1);
    } else {
      context.fillText(cut(context, text, width - 8), x + 4, y + Math.min(height, LINE) / 2 + 1);
    }
    context.restore();
  }

  ground(x, y, width, height) {
    this.context.fillStyle = this.colours.ground;
    this.context.fillRect(x, y, width, height);
  }

  rule(x, y, width, height) {
    this.context.fillStyle = this.colours.line;
    this.context.fillRect(x, y, width, height);
  }

  rowLabels(area, x0) {
    const { sizes, map, plan } = this;
    this.ground(x0, 0, sizes.gutter, area.height);
    let x = x0;
    map.rows.levels.forEach((spans, level) => {
      const axis = plan.axes[map.rows.axes[level]];
      for (const span of spans) {
        const from = area.y + span.from * sizes.cell.height;
        const end = from + span.count * sizes.cell.height;
        if (end < sizes.head || from > area.height) continue;
        const top = Math.max(from, area.top);
        this.rule(x, from - 1, sizes.left[level], 1);
        this.label(axis.values[span.value], x, top, sizes.left[level], end - top, false);
      }
      x += sizes.left[level];
    });
  }

  columnLabels(area, y0) {
    const { sizes, map, plan } = this;
    this.ground(0, y0, area.width, sizes.head);
    let y = y0;
    map.columns.levels.forEach((spans, level) => {
      const axis = plan.axes[map.columns.axes[level]];
      const band = sizes.top[level];
      for (const span of spans) {
        const from = area.x + span.from * sizes.cell.width;
        const end = from + span.count * sizes.cell.width;
        if (end < area.left || from > area.width) continue;
        const left = Math.max(from, area.left);
        this.rule(from - 1, y, 1, band.height);
        this.label(axis.values[span.value], left, y, end - left, band.height, band.upright);
      }
      y += band.height;
    });
  }

  corner(x0, y0) {
    const { sizes, map, plan } = this;
    this.ground(x0, y0, sizes.gutter, sizes.head);
    let y = y0;
    map.columns.axes.forEach((axis, level) => {
      const band = sizes.top[level];
      this.axisName(`${plan.axes[axis].name} →`, x0, y + band.height - LINE, sizes.gutter, true);
      y += band.height;
    });
    let x = x0;
    map.rows.axes.forEach((axis, level) => {
      this.axisName(`${plan.axes[axis].name} ↓`, x, y, sizes.left[level], false);
      x += sizes.left[level];
    });
    this.rule(x0, y0 + sizes.head - 1, sizes.gutter, 1);
  }

  axisName(text, x, y, width, right) {
    const { context } = this;
    context.font = BOLD;
    context.fillStyle = this.colours.soft;
    const shown = cut(context, text, width - 8);
    const indent = right ? width - context.measureText(shown).width - 4 : 4;
    context.fillText(shown, x + Math.max(4, indent), y + LINE / 2 + 1);
  }
}

// Paints what is in sight. `view` has the scroll position, the size and whether
// labels stay in place while one scrolls.
export function paint(context, plan, map, sizes, look, view) {
  const painter = new MapPainter(context, plan, map, sizes, look);
  context.textBaseline = "middle";
  painter.ground(0, 0, view.width, view.height);
  const frozenX = view.frozen ? 0 : -view.left;
  const area = {
    width: view.width,
    height: view.height,
    x: sizes.gutter - view.left,
    y: sizes.head - view.top,
    left: view.frozen ? sizes.gutter : sizes.gutter - view.left,
    top: sizes.head,
  };
  const clamp = (n, most) => Math.max(0, Math.min(most, n));
  area.row = clamp(Math.floor(view.top / sizes.cell.height), map.rows.count);
  area.endRow = clamp(Math.ceil((view.top + view.height) / sizes.cell.height), map.rows.count);
  area.column = clamp(Math.floor((view.left - sizes.gutter) / sizes.cell.width), map.columns.count);
  area.endColumn = clamp(Math.ceil((view.left + view.width) / sizes.cell.width), map.columns.count);
  painter.cells(area);
  painter.rowLabels(area, frozenX);
  painter.columnLabels(area, 0);
  painter.corner(frozenX, 0);
}
