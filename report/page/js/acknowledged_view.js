// Divergences that someone answers for until a day.
import { el } from "./dom.js";
import { counted } from "./text.js";

// Those of a plan that mean some of the hosts.
export function acknowledgedOf(plan, hosts) {
  return plan.acknowledged.filter((one) => one.hosts.some((host) => hosts.includes(host)));
}

export function acknowledgedText(one) {
  const cells = counted(one.cells, "cell", "cells");
  return one.expired
    ? `Acknowledgement ${one.id} by ${one.owner} expired after ${one.expires}: ${cells} count again: ${one.reason}`
    : `Acknowledged ${one.id} by ${one.owner} until ${one.expires}: ${cells}: ${one.reason}`;
}

export function acknowledgedLines(plan, hosts) {
  return acknowledgedOf(plan, hosts).map((one) =>
    el(
      "p.aside.acknowledged",
      {},
      acknowledgedText(one),
      // Another scheme would be a way to run what comes from elsewhere.
      /^https?:\/\//.test(one.link)
        ? [" ", el("a", { href: one.link, rel: "noreferrer" }, one.link)]
        : one.link !== "" && ` (${one.link})`,
    ),
  );
}
