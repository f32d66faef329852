#!/usr/bin/env python3
"""`diff --where`, `cells` and the known causes, over behaviour files that audits
of this machine made: network namespaces with other sysctls are other hosts.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

SOCKDRIFT = os.environ["SOCKDRIFT"]
FINE, FINDINGS, INVALID, COULD_NOT_TELL = 0, 1, 2, 3
SYSCTL = "/proc/sys/net"
PORTS = "bind.privileged-port"

if subprocess.run(["unshare", "--net", "true"], capture_output=True).returncode != 0:
    print("SKIPPED: needs netns: unshare --net is refused here")
    sys.exit(77)


def run(*arguments):
    environment = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "NO_COLOR", "SOCKDRIFT_CONTROLLER")}
    return subprocess.run([SOCKDRIFT, *map(str, arguments)], capture_output=True, text=True, env=environment)


class QueryTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.kept = tempfile.TemporaryDirectory()
        folder = pathlib.Path(cls.kept.name)
        cls.plain = cls.audit(folder / "plain", [])
        cls.low = cls.audit(folder / "low", ["ipv4/ip_unprivileged_port_start 80"])
        cls.only6 = cls.audit(folder / "only6", ["ipv6/bindv6only 1"])

    @classmethod
    def tearDownClass(cls):
        cls.kept.cleanup()

    @classmethod
    def audit(cls, path, settings):
        writes = "".join(f"echo {value} > {SYSCTL}/{key} && " for key, value in map(str.split, settings))
        command = f"{writes} exec {SOCKDRIFT} audit --plan {PORTS} --plan bind.conflict --save {path}"
        end = subprocess.run(["unshare", "--net", "sh", "-c", command], capture_output=True, text=True)
        if not path.exists():
            raise AssertionError(f"the audit of {path.name} failed: {end.stderr}")
        return path

    def diff(self, a, b, *arguments):
        end = run("diff", a, b, *arguments, "--output", "json")
        return end.returncode, json.loads(end.stdout)

    def matching(self, where, path=None):
        end = run("cells", path or self.plain, "--where", where, "--output", "json")
        return end.returncode, json.loads(end.stdout)["cells"]

    # Known causes.

    def test_a_setting_that_is_known_is_named_with_its_cells(self):
        code, document = self.diff(self.plain, self.low)
        self.assertEqual(code, FINDINGS)
        [cause] = document["known_causes"]
        self.assertEqual((cause["cause"], cause["side"], cause["cells"]), ("unprivileged-port-start", "b", 30))
        self.assertEqual(document["without_known_cause"], document["differing"] - 30)
        shown = run("diff", self.plain, self.low).stdout
        self.assertIn("known: B: A lower net.ipv4.ip_unprivileged_port_start", shown)
        self.assertIn("30 of 30 cells (unprivileged-port-start)", shown)

    def test_cells_that_no_cause_covers_are_counted(self):
        _, document = self.diff(self.plain, self.only6)
        covered = document["differing"] - document["without_known_cause"]
        self.assertIn("bindv6only", [cause["cause"] for cause in document["known_causes"]])
        self.assertGreater(covered, 2880)  # mapped addresses alone

    def test_an_audit_names_what_its_own_cells_show(self):
        end = subprocess.run(
            ["unshare", "--net", "sh", "-c",
             f"echo 80 > {SYSCTL}/ipv4/ip_unprivileged_port_start && exec {SOCKDRIFT} audit --plan {PORTS}"],
            capture_output=True, text=True)
        self.assertIn("known: A lower net.ipv4.ip_unprivileged_port_start", end.stdout)
        self.assertIn("in 30 cells at most (unprivileged-port-start)", end.stdout)
        self.assertNotIn("known:", run("audit", "--plan", PORTS, "--world", "pristine").stdout)

    def test_causes_are_listed_and_shown(self):
        listed = json.loads(run("causes", "list", "--output", "json").stdout)["causes"]
        for cause in listed:
            shown = run("causes", "show", cause["cause"])
            self.assertEqual(shown.returncode, FINE)
            self.assertIn(cause["title"].split()[0], shown.stdout)
            self.assertRegex(shown.stdout, r"symptom:\s")
        wrong = run("causes", "show", "bindv6onyl")
        self.assertEqual(wrong.returncode, INVALID)
        self.assertIn("did you mean 'bindv6only'?", wrong.stderr)

    # diff --where.

    def test_a_query_leaves_the_cells_that_it_asks_about(self):
        code, document = self.diff(self.plain, self.low, "--where", f"plan:{PORTS} cap:none")
        self.assertEqual((code, document["compared"], document["differing"]), (FINDINGS, 50, 30))
        code, document = self.diff(self.plain, self.low, "--where", "cap:none port:80 bind:EACCES->ok")
        self.assertEqual(code, FINDINGS)
        [plan] = document["plans"] if len(document["plans"]) == 1 else [
            plan for plan in document["plans"] if plan["differing"]]
        self.assertTrue(all("port=80" in cell["cell"] and "cap=none" in cell["cell"] for cell in plan["cells"]))
        self.assertEqual(document["differing"], len(plan["cells"]))

    def test_both_arrows_are_the_same_and_lead_one_way(self):
        forth = self.diff(self.plain, self.low, "--where", "outcome:EACCES→ok")[1]
        self.assertEqual(forth["differing"], 30)
        self.assertEqual(self.diff(self.plain, self.low, "--where", "outcome:EACCES->ok")[1]["differing"], 30)
        back = run("diff", self.plain, self.low, "--where", "outcome:ok→EACCES")
        self.assertEqual(back.returncode, COULD_NOT_TELL)
        self.assertIn("nothing matches", back.stderr)

    def test_a_cells_name_can_be_pasted(self):
        cell = self.diff(self.plain, self.low)[1]["plans"][1]["cells"][0]["cell"]
        code, document = self.diff(self.plain, self.low, "--where", cell)
        self.assertEqual((code, document["compared"], document["differing"]), (FINDINGS, 1, 1))

    def test_cells_that_meet_a_query_and_do_not_differ_are_fine(self):
        self.assertEqual(self.diff(self.plain, self.low, "--where", "plan:bind.conflict")[0], FINE)

    def test_facts_hold_on_either_side(self):
        where = "net.ipv4.ip_unprivileged_port_start:80 outcome:EACCES→ok"
        self.assertEqual(self.diff(self.plain, self.low, "--where", where)[1]["differing"], 30)
        where = "net.ipv4.ip_unprivileged_port_start:<80 outcome:EACCES→ok"
        self.assertEqual(run("diff", self.plain, self.low, "--where", where).returncode, COULD_NOT_TELL)

    def test_mistakes_have_their_place_and_are_invalid(self):
        for where, place, says in (
                ("plan:bind.* capp:none", 13, '"capp" is no axis, observation or fact here; did you mean "cap"?'),
                ("cap:", 5, 'a value belongs after "cap:"'),
                ('cap:"none', 5, "the quote is never closed")):
            end = run("diff", self.plain, self.low, "--where", where)
            self.assertEqual((end.returncode, end.stdout), (INVALID, ""), where)
            self.assertIn(f"--where: position {place}: {says}", end.stderr)
            self.assertIn("\n  " + " " * (place - 1) + "^", end.stderr)

    # cells.

    def test_cells_are_listed_with_their_outcomes(self):
        code, cells = self.matching("cap:none port:80")
        self.assertEqual(code, FINE)
        self.assertTrue(cells)
        self.assertTrue(all(cell["outcomes"]["bind"] == "EACCES" for cell in cells))
        _, others = self.matching("cap:none port:80", self.low)
        self.assertEqual([cell["cell"] for cell in others], [cell["cell"] for cell in cells])
        self.assertTrue(all(cell["outcomes"]["bind"] == "ok" for cell in others))
        _, every = self.matching(f"plan:{PORTS}")
        self.assertEqual(len(every), 100)
        _, answered = self.matching(f"plan:{PORTS} bind:EACCES")
        self.assertEqual([cell["cell"] for cell in answered],
                         [cell["cell"] for cell in every if cell["outcomes"].get("bind") == "EACCES"])

    def test_the_table_has_a_row_a_cell(self):
        shown = run("cells", self.plain, "--where", "cap:none port:80").stdout.splitlines()
        self.assertEqual(shown[0].split(), ["CELL", "OUTCOMES"])
        self.assertEqual(len(shown) - 1, len(self.matching("cap:none port:80")[1]))
        self.assertTrue(all(re.search(r"\]\s+bind: EACCES$", line) for line in shown[1:]), shown)

    def test_nothing_that_matches_is_said(self):
        end = run("cells", self.plain, "--where", "bind:ENOENT")
        self.assertEqual((end.returncode, end.stdout), (COULD_NOT_TELL, ""))
        self.assertIn("nothing matches", end.stderr)
        arrow = run("cells", self.plain, "--where", "bind:a→b")
        self.assertEqual(arrow.returncode, INVALID)
        self.assertIn("position 1: an arrow leads from one side to another", arrow.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
