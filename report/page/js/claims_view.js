// Rules and claims: what documentation promises and what the world says, with
// the verdict of each group.
import { badge, byId, el, replace } from "./dom.js";
import { counted } from "./text.js";

const VERDICT_SIGNS = {
  holds: "✓",
  broken: "✗",
  "does-not-hold": "✗",
  depends: "±",
  "not-tested": "?",
  "not-testable": "?",
};

function verdictCell(verdict) {
  return el(
    `td.verdict.${verdict}`,
    {},
    el("span", { "aria-hidden": "true" }, `${VERDICT_SIGNS[verdict] ?? ""} `),
    verdict.replaceAll("-", " "),
  );
}

function head(report, first) {
  return el(
    "thead",
    {},
    el(
      "tr",
      {},
      first.map((text) => el("th", { scope: "col" }, text)),
      report.profiles.map((profile) => el("th", { scope: "col" }, badge(profile.letter))),
    ),
  );
}

function claimRow(claim) {
  const remark = claim.verdicts.map((one) => one.remark).find((text) => text !== "");
  return el(
    "tr",
    {},
    el("th", { scope: "row" }, claim.id),
    el(
      "td",
      {},
      el("span", { title: claim.says }, claim.short),
      remark !== undefined && el("span.aside", {}, ` ${remark}`),
    ),
    claim.verdicts.map((one) => verdictCell(one.verdict)),
  );
}

function ruleRow({ plan, rule }) {
  return el(
    "tr",
    {},
    el("th", { scope: "row" }, plan.plan),
    el("td", {}, rule.says, el("span.aside", {}, ` ${rule.id}; ${rule.source}`)),
    rule.verdicts.map((verdict) => verdictCell(verdict)),
  );
}

function rulesTable(report, rules, caption) {
  return el(
    "div.scroll",
    { tabindex: "0", role: "region", "aria-label": caption },
    el(
      "table",
      {},
      el("caption", {}, caption),
      head(report, ["plan", "rule"]),
      el("tbody", {}, rules.map(ruleRow)),
    ),
  );
}

export function showClaims(report) {
  const rules = report.plans.flatMap((plan) =>
    plan.expectations
      .filter((one) => one.claims.length === 0)
      .map((rule) => ({ plan, rule })),
  );
  const broken = rules.filter(({ rule }) => rule.verdicts.includes("broken"));
  const divided = (verdicts) => new Set(verdicts).size > 1;
  const apart = report.claims.filter((one) => divided(one.verdicts.map((v) => v.verdict)));
  const claims = (list) => [head(report, ["claim", "what it says"]), el("tbody", {}, list.map(claimRow))];
  replace(
    byId("claims-body"),
    el("p", {}, "A rule is what documentation promises; a claim is a sentence from the world put to the test. Each group is judged on its first host."),
    broken.length > 0
      ? rulesTable(report, broken, `${counted(broken.length, "rule", "rules")} broken`)
      : el("p", {}, rules.length === 0 ? "No plan of this report is one of the catalogue: there is nothing to judge." : `Of ${counted(rules.length, "rule", "rules")} none is broken.`),
    apart.length > 0 &&
      el("div.scroll", { tabindex: "0", role: "region", "aria-label": "Claims on which groups differ" },
        el("table", {}, el("caption", {}, `${counted(apart.length, "claim", "claims")} on which groups differ`), claims(apart))),
    report.claims.length > 0 &&
      el("details", {}, el("summary", {}, `All ${counted(report.claims.length, "claim", "claims")}`),
        el("div.scroll", { tabindex: "0", role: "region", "aria-label": "All claims" }, el("table", {}, claims(report.claims)))),
    rules.length > 0 &&
      el("details", {}, el("summary", {}, `All ${counted(rules.length, "rule", "rules")}`), rulesTable(report, rules, "All rules")),
  );
}
