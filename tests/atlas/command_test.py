#!/usr/bin/env python3
"""`sockdrift atlas` and the operand `atlas:NAME`, on the atlas that came with the
program. What differs between kernels is found by comparing all cells; no test
here says where to look.
"""
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

SOCKDRIFT = os.environ["SOCKDRIFT"]
PACK = pathlib.Path(os.environ["SOCKDRIFT_BIN"]) / "sockdrift-atlas-pack"
ENTRIES = pathlib.Path(os.environ["SOCKDRIFT_SOURCE_DIR"]) / "atlas/entries"
FINE, FINDINGS, INVALID, COULD_NOT_TELL = 0, 1, 2, 3
MAPPED = ("bind.conflict[kind=listening,a.addr=::ffff:0.0.0.0,a.reuseaddr=unset,a.reuseport=unset,a.v6only=unset,"
          "b.addr=::ffff:127.0.0.1,b.reuseaddr=unset,b.reuseport=unset,b.v6only=unset]")


def run(*arguments, columns="120"):
    environment = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "SOCKDRIFT_CONTROLLER")}
    environment["COLUMNS"] = columns
    return subprocess.run([SOCKDRIFT, *map(str, arguments)], capture_output=True, text=True, env=environment,
                          check=False)


def answer(*arguments):
    return json.loads(run(*arguments, "--output", "json").stdout)


def releases():
    return [one["entry"] for one in answer("atlas", "list")["entries"]
            if re.match(r"\d", one["entry"]) and not one["variant_of"]]


class EntryTest(unittest.TestCase):
    def test_is_made_only_of_the_package_that_was_booted(self):
        """An entry is measured; here an older one stands for what was measured."""
        written = next(line.split(" ", 2)[2] for line in (ENTRIES / "6.1.baseline").read_text("utf-8").splitlines()
                       if line.startswith("fact atlas.package "))
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "entry"
            for package, made in ((written, True), (written.replace("6.1.", "6.2."), False)):
                done = subprocess.run([PACK, "entry", "6.1", ENTRIES / "6.1.baseline", out, f"atlas.package={package}"],
                                      capture_output=True, text=True, check=False)
                self.assertEqual((done.returncode == 0, out.exists()), (made, made), done.stderr)
                out.unlink(missing_ok=True)
            self.assertIn("measure it again", done.stderr)


class AtlasCommandTest(unittest.TestCase):
    def test_list_says_of_each_entry_what_it_is_and_what_is_nearest(self):
        entries = {one["entry"]: one for one in answer("atlas", "list")["entries"]}
        for one in entries.values():
            self.assertIn(one["kind"], ("measured", "documented"))
            self.assertGreater(one["cells"], 0)
            if one["kind"] == "measured":
                self.assertTrue(one["nearest"])
                self.assertNotIn(one["entry"], one["nearest"])
                self.assertEqual("measured", entries[one["nearest"][0]]["kind"])
                self.assertRegex(one["package"], "=")
            else:
                self.assertEqual([], one["nearest"])
                self.assertTrue(one["documented"])
        shown = run("atlas", "list").stdout
        for name in entries:
            self.assertRegex(shown, rf"(?m)^{re.escape(name)} ")

    def test_show_fits_a_screen_and_says_how_it_was_measured(self):
        for name in (releases()[0], "6.1", "gvisor", "windows"):
            shown = run("atlas", "show", name)
            self.assertEqual(FINE, shown.returncode, shown.stderr)
            lines = shown.stdout.splitlines()
            self.assertLessEqual(len(lines), 50, name)
            self.assertLessEqual(max(map(len, lines)), 120, name)
        self.assertRegex(run("atlas", "show", "6.1").stdout, "sockdrift .*6.1")
        self.assertIn("not measured", run("atlas", "show", "windows").stdout)

    def test_show_names_the_known_causes_and_claims(self):
        shown = answer("atlas", "show", "6.1")
        self.assertIn("mapped-sockets-share-a-port", [one["cause"] for one in shown["known_causes"]])
        self.assertGreater(len(shown["claims"]["holds"]), 0)
        self.assertEqual(0, shown["plans_missing"])
        claims = run("atlas", "show", "6.1", "--claims")
        self.assertEqual(FINE, claims.returncode)
        self.assertEqual(COULD_NOT_TELL, run("atlas", "show", "windows", "--claims").returncode)

    def test_an_unknown_name_is_told_with_the_near_ones(self):
        for command in (["atlas", "show", "gviser"], ["diff", "atlas:gviser", "atlas:6.1"],
                        ["atlas", "diff", "gviser", "6.1"], ["cells", "atlas:gviser"],
                        ["gate", "--baseline", "atlas:gviser", "--candidate", "atlas:6.1"],
                        ["report", "atlas:gviser", "--html", "-"]):
            done = run(*command)
            self.assertEqual(INVALID, done.returncode, command)
            self.assertIn("did you mean 'gvisor'", done.stderr)
            self.assertIn("5.10", done.stderr)

    def test_one_release_is_found_to_let_mapped_sockets_share_a_port(self):
        found = {}
        names = releases()
        for name in names[1:]:
            diff = answer("atlas", "diff", names[0], name)
            found[name] = {cell["cell"] for plan in diff["plans"] for cell in plan["cells"]}
        odd = [name for name, cells in found.items() if MAPPED in cells]
        self.assertEqual(["6.1"], odd)

    def test_diff_of_entries_is_the_diff_of_their_operands(self):
        self.assertEqual(run("diff", "atlas:5.10", "atlas:6.1").stdout, run("atlas", "diff", "5.10", "6.1").stdout)
        self.assertEqual(FINE, run("atlas", "diff", "6.1", "6.1").returncode)

    def test_nearly_all_that_differs_in_gvisor_has_a_known_cause(self):
        for release in (releases()[-1], "6.12"):
            diff = answer("atlas", "diff", "gvisor", release)
            self.assertGreater(diff["differing"], 0)
            self.assertLessEqual(diff["without_known_cause"], 0.05 * diff["differing"], release)

    def test_every_cause_in_gvisor_names_cells_of_its_entry(self):
        written = {one["cause"] for one in answer("causes", "list")["causes"] if one["cause"].startswith("gvisor-")}
        found = {one["cause"] for release in releases() for one in answer("atlas", "diff", "gvisor", release)["known_causes"]
                 if one["side"] == "a"}
        self.assertGreater(len(written), 0)
        self.assertEqual(set(), written - found)

    def test_a_document_is_compared_in_what_it_states(self):
        diff = answer("diff", "atlas:windows", f"atlas:{releases()[-1]}")
        self.assertGreater(diff["differing"], 0)
        self.assertEqual([], diff["known_causes"])
        for plan in diff["plans"]:
            for cell in plan["cells"]:
                for change in cell["changes"]:
                    self.assertNotEqual("", change["a"], cell["cell"])

    def test_an_entry_stands_where_a_file_can(self):
        newest = releases()[-1]
        cells = answer("cells", "atlas:6.1", "--where", f"{MAPPED}")["cells"]
        self.assertEqual(["ok"], [cell["outcomes"]["bind.b"] for cell in cells])
        gate = run("gate", "--baseline", f"atlas:{newest}", "--candidate", "atlas:6.1")
        self.assertEqual(FINDINGS, gate.returncode, gate.stderr)
        same = run("gate", "--baseline", f"atlas:{newest}", "--candidate", f"atlas:{newest}")
        self.assertEqual(FINE, same.returncode, same.stdout + same.stderr)
        made = run("reproduce", MAPPED, "--from", "atlas:6.1")
        self.assertEqual(FINE, made.returncode, made.stderr)
        self.assertIn("6.1", made.stdout)
        with tempfile.TemporaryDirectory() as folder:
            page = pathlib.Path(folder) / "page.html"
            report = run("report", "atlas:6.1", f"atlas:{newest}", "--plan", "bind.conflict", "--html", page)
            self.assertEqual(FINE, report.returncode, report.stderr)
            text = pathlib.Path(folder) / "6.1.baseline"
            self.assertEqual(FINE, run("baseline", "export", "six", text, "--from", "atlas:6.1").returncode)
            self.assertEqual(FINE, run("diff", text, "atlas:6.1").returncode)


if __name__ == "__main__":
    unittest.main()
