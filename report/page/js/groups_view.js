// Who differs, why, and where: one card for each group of hosts.
import { acknowledgedOf } from "./acknowledged_view.js";
import { badge, byId, el, replace } from "./dom.js";
import { likenessOf } from "./likeness_view.js";
import { commas, counted, listed, percent } from "./text.js";

const CARDS = 12; // shown at once
const HOSTS = 6; // named on a card
const PLANS = 5;
const REASONS = 3;

function hostNames(report, hosts) {
  return hosts.map((host) => report.hosts[host].name);
}

function hostsOf(report, profile) {
  const names = hostNames(report, profile.hosts);
  if (names.length <= HOSTS) return el("p.hosts", {}, names.join(", "));
  return el(
    "details.hosts",
    {},
    el("summary", {}, listed(names, HOSTS)),
    el("p", {}, names.join(", ")),
  );
}

// "because net.ipv6.bindv6only = 1", how well it separates, and what cannot be
// told apart from it.
export function becauseOf(candidates, most = REASONS) {
  if (candidates.length === 0) {
    return el("p.because.none", {}, "No fact separates it from the others.");
  }
  const items = candidates.slice(0, most).map((one, i) =>
    el(
      "li",
      {},
      i === 0 ? "because " : "or ",
      el("code", {}, one.text),
      el(
        "span.aside",
        {},
        ` ${one.evidence}: on ${commas(one.covered)} of ${counted(one.of, "host", "hosts")} of the group, ${commas(one.exceptions)} of ${counted(one.others, "other", "others")}`,
      ),
      one.inseparable.length > 0 &&
        el(
          "span.aside",
          {},
          `; always changes together with ${listed(one.inseparable, 2)}: not separable here`,
        ),
    ),
  );
  return el("ul.because", {}, items);
}

// "; acknowledged by net-team until 2026-12-31": who answers for cells of it.
function answeredFor(plan, group) {
  const holding = acknowledgedOf(plan, group.hosts).filter((one) => !one.expired);
  if (holding.length === 0) return null;
  const words = holding.map((one) => `${one.owner} until ${one.expires}`);
  return el("span.aside.acknowledged", {}, `; acknowledged by ${listed([...new Set(words)], 2)}`);
}

// A plan in which the group differs, with its widest rule.
function placeOf({ plan, group }, actions) {
  const rule = group.rules[0];
  return el(
    "li",
    {},
    el(
      "button.link",
      { onclick: () => actions.openRule(plan, group.index, null) },
      plan.plan,
    ),
    el(
      "span.aside",
      {},
      ` ${commas(group.differing)} of ${counted(group.compared, "cell", "cells")} (${percent(group.differing, group.compared)})`,
    ),
    answeredFor(plan, group),
    rule !== undefined && el("span.rule", {}, rule.text),
  );
}

function placesOf(profile, actions) {
  const places = profile.differs.map((one) => placeOf(one, actions));
  if (places.length <= PLANS) return el("ul.places", {}, places);
  return el(
    "div",
    {},
    el("ul.places", {}, places.slice(0, PLANS)),
    el(
      "details",
      {},
      el(
        "summary",
        {},
        `${counted(places.length - PLANS, "more plan", "more plans")}`,
      ),
      el("ul.places", {}, places.slice(PLANS)),
    ),
  );
}

function card(report, profile, actions) {
  const cells = profile.differs.reduce((n, one) => n + one.group.differing, 0);
  const isReference = cells === 0;
  const alone = report.profiles.length === 1;
  return el(
    isReference ? "article.card.reference" : "article.card",
    { "aria-label": `Group ${profile.letter}` },
    el(
      "h3",
      {},
      badge(profile.letter),
      ` ${counted(profile.hosts.length, "host", "hosts")}`,
      el(
        "span.aside",
        {},
        isReference
          ? alone
            ? ""
            : " the others are compared with it"
          : ` ≠ in ${counted(cells, "cell", "cells")} of ${counted(profile.differs.length, "plan", "plans")}`,
      ),
    ),
    hostsOf(report, profile),
    likenessOf(profile.atlas),
    profile.partly > 0 &&
      el(
        "p.aside",
        {},
        `${counted(profile.partly, "host", "hosts")} of it did not run every plan, or could not be placed in some; in the others all of it is alike.`,
      ),
    !isReference && becauseOf(profile.because),
    !isReference && placesOf(profile, actions),
  );
}

export function showGroups(report, actions) {
  const section = byId("groups");
  section.hidden = report.hosts.length < 2;
  const cards = report.profiles.map((profile) => card(report, profile, actions));
  const rest = cards.slice(CARDS);
  byId("cards").classList.toggle("pair", cards.length === 2);
  replace(
    byId("cards"),
    cards.slice(0, CARDS),
    rest.length > 0 &&
      el(
        "button",
        { onclick: (event) => event.currentTarget.replaceWith(...rest) },
        `Show ${counted(rest.length, "more group", "more groups")}`,
      ),
  );
}
