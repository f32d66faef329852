// The map of one plan: scrolled, walked with the arrow keys, clicked.
import { cellName } from "./axes.js";
import { byId, el, replace } from "./dom.js";
import { arrange } from "./layout.js";
import { measure, paint } from "./map_canvas.js";
import { cellAtPoint, placeAfter, revealing } from "./map_walk.js";
import { DONE, STATE_WORDS, STATUS } from "./model.js";

const HINT = "Point at a cell, or walk with the arrow keys; Enter opens it.";
// Labels that take more of the width than this scroll away with the rest.
const MOST_LABELS = 0.6;
const SEEN_LABELS = 0.4;
const BORDERS = 20; // and a scroll bar

// "bind = A: EADDRINUSE | B: ok", or the state.
function outcomesOf(plan, look, cell) {
  if (look.observation < 0) return STATE_WORDS[plan.states[cell]];
  const texts = look.columns.map(({ name, record }) => {
    if (record.status[cell] !== DONE) return `${name}: ${STATUS[record.status[cell]]}`;
    const code = record.columns[look.observation][cell];
    const text = code === 0 ? "(not observed)" : plan.outcomes[code - 1];
    return look.columns.length === 1 ? text : `${name}: ${text}`;
  });
  return `${plan.observations[look.observation]} = ${texts.join("  |  ")}`;
}

class MapView {
  constructor(actions) {
    this.actions = actions;
    this.scroller = byId("map");
    this.space = el("div.space");
    this.canvas = el("canvas", { "aria-hidden": "true" });
    this.context = this.canvas.getContext("2d");
    this.shown = null; // { plan, map, sizes, look }
    replace(this.scroller, this.canvas, this.space);
    this.scroller.onscroll = () => this.draw();
    new ResizeObserver(() => this.draw()).observe(this.scroller);
    this.scroller.onpointermove = (event) => this.say(this.cellUnder(event));
    this.scroller.onclick = (event) => this.pick(this.cellUnder(event));
    this.scroller.onfocus = () => this.enter();
    this.scroller.onkeydown = (event) => this.press(event);
  }

  // The part that is in sight.
  view() {
    const { sizes } = this.shown;
    const width = Math.min(this.scroller.clientWidth, Math.ceil(sizes.width));
    const height = Math.min(this.scroller.clientHeight, Math.ceil(sizes.height));
    return {
      left: this.scroller.scrollLeft,
      top: this.scroller.scrollTop,
      width,
      height,
      frozen: sizes.gutter < width * MOST_LABELS,
    };
  }

  draw() {
    if (this.shown === null) return;
    const view = this.view();
    const scale = window.devicePixelRatio || 1;
    const width = Math.round(view.width * scale);
    const height = Math.round(view.height * scale);
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
      this.canvas.style.width = `${view.width}px`;
      this.canvas.style.height = `${view.height}px`;
    }
    this.context.setTransform(scale, 0, 0, scale, 0, 0);
    const { plan, map, sizes, look } = this.shown;
    paint(this.context, plan, map, sizes, look, view);
  }

  cellUnder(event) {
    if (this.shown === null) return -1;
    const box = this.canvas.getBoundingClientRect();
    const { map, sizes } = this.shown;
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    return cellAtPoint(map, sizes, this.view(), x, y);
  }

  say(cell) {
    if (cell < 0) return;
    const { plan, look } = this.shown;
    replace(
      byId("readout"),
      el("strong", {}, outcomesOf(plan, look, cell)),
      el("span", {}, ` ${cellName(plan, cell)}`),
    );
  }

  pick(cell) {
    if (cell < 0) return;
    this.go(cell);
    this.actions.openCell(cell);
  }

  enter() {
    if (this.shown === null || this.shown.look.current >= 0) return;
    const first = this.shown.map.at.find((cell) => cell >= 0);
    if (first !== undefined) this.go(first);
  }

  press(event) {
    if (this.shown === null || this.shown.look.current < 0) return;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const { map, look } = this.shown;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.actions.openCell(look.current);
      return;
    }
    const next = placeAfter(map, map.placeOf[look.current], event.key);
    if (next < 0) return;
    event.preventDefault();
    this.go(map.at[next]);
  }

  // Makes a cell the current one and brings it into sight.
  go(cell) {
    if (this.shown === null || !(this.shown.map.placeOf[cell] >= 0)) return;
    const { map, sizes, look } = this.shown;
    look.current = cell;
    this.actions.moved(cell);
    this.say(cell);
    const to = revealing(map, sizes, this.view(), map.placeOf[cell]);
    this.scroller.scrollTo(to);
    this.draw();
  }

  // `look`: observation (-1: states), columns, styles, current (-1: none).
  show(plan, axes, matches, look) {
    const isNew = this.shown === null || this.shown.plan !== plan;
    const map = arrange(plan, axes.rows, axes.columns, matches);
    const parts = look.observation < 0 ? 1 : look.columns.length;
    const sizes = measure(this.context, plan, map, parts);
    if (!(map.placeOf[look.current] >= 0)) look.current = -1;
    this.shown = { plan, map, sizes, look };
    this.space.style.width = `${sizes.width}px`;
    this.space.style.height = `${sizes.height}px`;
    this.scroller.style.height = `${sizes.height + BORDERS}px`;
    byId("readout").textContent = HINT;
    if (isNew) this.scroller.scrollTo(this.firstPosition());
    this.draw();
  }

  // Where labels take most of the width, the innermost and the cells beside them
  // are in sight; the line above the map has all of a cell's values.
  firstPosition() {
    const view = this.view();
    const beyond = this.shown.sizes.gutter - view.width * SEEN_LABELS;
    return { left: view.frozen ? 0 : beyond, top: 0 };
  }

  // The cells in reading order.
  order() {
    return this.shown === null ? [] : [...this.shown.map.at].filter((cell) => cell >= 0);
  }
}

// `actions` are openCell(cell) and moved(cell).
export function startMap(actions) {
  return new MapView(actions);
}
