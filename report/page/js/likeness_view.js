// Which known kernels a group of hosts behaves like.
import { el } from "./dom.js";
import { counted } from "./text.js";

// "3 hosts call their kernel 6.8.0, but from 6.8 they differ in 97 cells."
export function misnamedText(one) {
  return `${counted(one.hosts, "host calls its", "hosts call their")} kernel ${one.kernel}, but from ${one.entry} ${one.hosts === 1 ? "it differs" : "they differ"} in ${counted(one.differing, "cell", "cells")}.`;
}

export function likenessOf(atlas) {
  if (atlas.says === "") return null;
  return el(
    "p.like",
    {},
    el("span.aside", {}, "atlas: "),
    `${atlas.says}.`,
    atlas.misnamed.map((one) => el("strong.misnamed", {}, ` ${misnamedText(one)}`)),
  );
}
