// The filter bar.
import { byId, el, replace } from "./dom.js";
import { choices, EMPTY, isEmpty } from "./filter.js";
import { STATE_WORDS } from "./model.js";
import { optionsOf } from "./steps.js";
import { commas, counted } from "./text.js";

const KINDS = [
  ["inet", "IPv4"],
  ["inet6", "IPv6"],
  ["mapped", "IPv4-mapped"],
  ["any", "wildcard"],
  ["loopback", "loopback"],
  ["link", "link-local"],
  ["multicast", "multicast"],
];

function option(value, label = value) {
  return el("option", { value }, label);
}

function fill(id, first, ...children) {
  replace(byId(id), option("", first), children);
}

function group(label, options) {
  return options.length > 0 && el("optgroup", { label }, options);
}

// `changed(filter)` is called with each new filter.
export function startFilter(report, changed) {
  const all = choices(report, optionsOf);
  fill(
    "f-plan",
    "every plan",
    group("suites", all.suites.map((one) => option(one, `${one}.*`))),
    group("plans", all.plans.map((one) => option(one))),
  );
  fill(
    "f-state",
    "any state",
    STATE_WORDS.map((word, i) => option(String(i), word)),
  );
  fill(
    "f-address",
    "any address",
    group("kinds", KINDS.map(([value, label]) => option(value, label))),
    group("addresses", all.addresses.map((one) => option(`=${one}`, one))),
  );
  fill("f-option", "any option", all.options.map((one) => option(one)));
  fill("f-outcome", "any outcome", all.outcomes.map((one) => option(one)));

  let filter = { ...EMPTY };
  const fields = ["text", "plan", "state", "address", "option", "outcome"];
  const set = (change) => {
    filter = { ...filter, ...change };
    for (const field of fields) {
      const input = byId(`f-${field}`);
      if (input.value !== filter[field]) input.value = filter[field];
    }
    byId("f-reset").disabled = isEmpty(filter);
    byId("f-rule").hidden = filter.rule === null;
    changed(filter);
  };
  for (const field of fields) {
    byId(`f-${field}`).oninput = (event) => set({ [field]: event.target.value });
  }
  byId("filter").onsubmit = (event) => event.preventDefault();
  byId("f-reset").onclick = () => set({ ...EMPTY });
  byId("f-rule").onclick = () => set({ rule: null });
  return { set, get: () => filter };
}

export function showMatches(counts, report) {
  const cells = counts.reduce((sum, count) => sum + count, 0);
  const plans = counts.filter((count) => count > 0).length;
  const all = report.plans.reduce((sum, plan) => sum + plan.size, 0);
  byId("f-count").textContent =
    `${commas(cells)} of ${counted(all, "cell", "cells")} in ${counted(plans, "plan", "plans")}`;
}
