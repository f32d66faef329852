// A report small enough to check by hand: one plan of two axes, one of whose
// six combinations is excluded, and two hosts that differ in one cell.
import { readReport } from "../../../report/page/js/model.js";

export const document = {
  format: 1,
  title: "small",
  made_by: "test",
  made: "today",
  hosts: [
    { name: "one", source: "", seen: "" },
    { name: "two", source: "", seen: "" },
  ],
  facts: { same: [], differing: [] },
  profiles: [
    { letter: "A", hosts: [0], groups: [0], partly: 0, because: [] },
    { letter: "B", hosts: [1], groups: [1], partly: 0, because: [] },
  ],
  claims: [],
  plans: [
    {
      plan: "bind.small",
      world: "replica",
      title: "Who binds",
      about: "",
      sources: [],
      measurement: "0123",
      other_version: 0,
      axes: [
        { name: "addr", values: ["0.0.0.0", "::1"], addresses: ["inet 4 any", "inet6 6 loopback"] },
        { name: "reuse", values: ["unset", "0", "1"], addresses: [] },
      ],
      excluded: [1, 1],
      observations: ["bind", "listen"],
      setup: [],
      steps: [
        { axes: [0], guards: [], text: ["s = socket(AF_INET", ", SOCK_STREAM, 0)"], middles: ["", "6"], depth: 0, observation: -1, option: "" },
        { axes: [1], guards: [[1, [1, 2]]], text: ["setsockopt(s, SOL_SOCKET, SO_REUSEADDR, ", ")"], middles: ["", "0", "1"], depth: 0, observation: -1, option: "SO_REUSEADDR" },
        { axes: [0], guards: [], text: ["bind(s, ", ":A)   → bind"], middles: ["0.0.0.0", "[::1]"], depth: 1, observation: 0, option: "" },
      ],
      reference: 0,
      // Cells: 0.0.0.0/unset, 0.0.0.0/1, ::1/unset, ::1/0, ::1/1.
      groups: [
        { id: "aa", record: 0, hosts: [0], note: "", compared: 0, differing: 0, rules: [], because: [] },
        { id: "bb", record: 1, hosts: [1], note: "", compared: 3, differing: 1, rules: [{ text: "all 1 cell", observation: 0, cells: [1, 1] }], because: [] },
      ],
      undecided: [],
      outcomes: ["EACCES", "ok"],
      reasons: ["no right"],
      records: [
        { hosts: [0], group: 0, columns: [[4, 1, 1, 2], [4, 0, 1, 1], [1, 2, 1, 1, 2, 2, 1, 0], [5, 0]] },
        { hosts: [1], group: 1, columns: [[2, -1, 1, 4, 2, -1], [5, -1], [1, -1, 1, 2, 1, 0, 2, -1], [5, -1]] },
      ],
      expectations: [],
    },
  ],
};

export function smallReport() {
  return readReport(structuredClone(document));
}

export function smallPlan() {
  return smallReport().plans[0];
}
