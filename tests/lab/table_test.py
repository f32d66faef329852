#!/usr/bin/env python3
"""The lab's table, from what a controller would say of kernels."""
import pathlib
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "lab"))

from sockdrift_lab import measure, table  # noqa: E402


def plan(name, *groups, undecided=(), cells=10):
    """Groups are lists of hosts, the first one the largest."""
    return {"plan": name, "undecided": list(undecided),
            "groups": [{"behaviour": f"{name}/{i}", "hosts": list(hosts), "differing_cells": cells if i else 0}
                       for i, hosts in enumerate(groups)]}


HOSTS = ["5.10", "6.1", "6.12", "gvisor"]


class Letters(unittest.TestCase):
    def letters(self, *plans):
        return {suite: "".join(of[host] for host in HOSTS)
                for suite, of in table.letters(list(plans), HOSTS).items()}

    def test_go_to_the_largest_group_first(self):
        self.assertEqual(self.letters(plan("bind.a", ["5.10", "6.12"], ["6.1"], ["gvisor"])), {"bind": "ABAC"})

    def test_are_of_all_plans_of_a_suite(self):
        self.assertEqual(self.letters(plan("bind.a", HOSTS), plan("bind.b", HOSTS[:3], ["gvisor"]),
                                      plan("bind.c", ["5.10", "6.12", "gvisor"], ["6.1"]), plan("udp.a", HOSTS)),
                         {"bind": "ABAC", "udp": "AAAA"})

    def test_leave_out_who_was_not_measured(self):
        self.assertEqual(self.letters(plan("bind.a", ["6.1", "6.12"], ["gvisor"])), {"bind": "-AAB"})

    def test_join_who_fits_one_group_and_question_who_fits_several(self):
        whole = plan("bind.b", HOSTS[:3], ["gvisor"])
        self.assertEqual(self.letters(plan("bind.a", HOSTS[1:3], ["gvisor"]), whole), {"bind": "AAAB"})
        undecided = plan("bind.a", HOSTS[1:2], ["gvisor"], ["6.12"], undecided=["5.10"])
        self.assertEqual(self.letters(undecided, whole), {"bind": "?ABC"})
        self.assertEqual(self.letters(undecided), {"bind": "?ABC"})

    def test_do_not_end_at_z(self):
        self.assertEqual([table.letter(n) for n in (0, 25, 26, 52)], ["A", "Z", "A2", "A3"])


class TheTable(unittest.TestCase):
    PLANS = [plan("bind.a", ["5.10", "6.12"], ["6.1"], ["gvisor"]), plan("udp.a", HOSTS)]

    def test_has_a_row_a_kernel(self):
        self.assertEqual(table.render_letters(self.PLANS, dict(zip(HOSTS, (1, 12.25, 3, 4)))),
                         ["KERNEL  SECONDS  bind  udp",
                          "5.10        1.0     A    A",
                          "6.1        12.2     B    A",
                          "6.12        3.0     A    A",
                          "gvisor      4.0     C    A"])

    def test_says_which_differ_and_in_how_many_cells(self):
        self.assertEqual(table.which_differ(self.PLANS, HOSTS, differently=["gvisor"]),
                         ["bind.a: 6.1 in 10 cells"])
        self.assertEqual(table.which_differ([plan("bind.a", ["6.12"], ["6.1", "5.10"], cells=1)], HOSTS),
                         ["bind.a: 5.10 6.1 in 1 cell"])

    def test_fits_a_screen(self):
        hosts = [f"6.{n}" for n in range(40)]
        lines = table.which_differ([plan("bind.a", ["7.0"], hosts)], hosts)
        self.assertLessEqual(max(map(len, lines)), 118)
        self.assertEqual(" ".join(" ".join(lines).split()), f"bind.a: {' '.join(hosts)} in 10 cells")


class Measuring(unittest.TestCase):
    def words(self, name):
        return measure.command("sockdrift", name, "f", ["bind.a"])

    def test_boots_a_kernel_and_audits_the_machine_itself(self):
        self.assertEqual(self.words("6.1"), ["sockdrift", "boot", "6.1", "--plan", "bind.a", "--save", "f"])
        self.assertEqual(self.words("here"), ["sockdrift", "audit", "--plan", "bind.a", "--save", "f"])

    def test_tells_a_parameter_from_a_version(self):
        self.assertEqual(self.words("6.12.43+deb12")[:3], ["sockdrift", "boot", "6.12.43+deb12"])
        self.assertEqual(self.words("6.12.43+deb12+ipv6.disable=1")[2:5],
                         ["6.12.43+deb12", "--append", "ipv6.disable=1"])

    def test_keeps_what_was_there_when_a_kernel_does_not_boot(self):
        with tempfile.TemporaryDirectory() as folder:
            script = pathlib.Path(folder) / "sockdrift"
            script.write_text("#!/bin/sh\n[ $2 = bad ] && { echo a note; echo 'sockdrift: error: no such kernel'; echo more; } >&2 && exit 125\n"
                              "for f; do :; done; echo measured > \"$f\"\n")
            script.chmod(0o755)
            old = measure.Measured(folder, "bad")
            old.file.write_text("old")
            failed = measure.audit_all(str(script), ["bad", "good"], folder, say=lambda text: None)
            self.assertEqual(failed, {"bad": "no such kernel"})
            self.assertEqual(old.file.read_text(), "old")
            good = measure.Measured(folder, "good")
            self.assertEqual((good.file.read_text(), good.known()["exit"]), ("measured\n", 0))
            self.assertEqual(list(pathlib.Path(folder).glob("*.part")), [])

    def measured(self, script, names, jobs=1):
        """The folder with what a program in sockdrift's place left, and what could not be measured."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        program = pathlib.Path(folder.name) / "sockdrift"
        program.write_text("#!/bin/sh\nfor file; do :; done\n" + script)
        program.chmod(0o755)
        return folder.name, measure.audit_all(str(program), names, folder.name, (), jobs, say=lambda text: None)

    def test_keeps_what_was_measured_in_part_with_the_reason(self):
        folder, failed = self.measured("echo part > \"$file\"\necho 'sockdrift: error: 6.1 went down' >&2\nexit 3\n", ["6.1"])
        self.assertEqual(failed, {})
        known = measure.Measured(folder, "6.1").known()
        self.assertEqual((known["exit"], known["trouble"]), (3, "6.1 went down"))
        self.assertGreaterEqual(known["seconds"], 0)

    def test_goes_on_after_one_whose_file_cannot_be_kept(self):
        script = "[ $2 = 6.1 ] && rm -f \"$file\" && mkdir \"${file%.part}.sockdrift\"\necho measured > \"$file\"\n"
        folder, failed = self.measured(script, ["6.1", "6.12"])
        self.assertEqual(list(failed), ["6.1"])
        self.assertIn("Is a directory", failed["6.1"])
        self.assertEqual(measure.Measured(folder, "6.12").known()["exit"], 0)

    def test_knows_nothing_where_what_was_kept_is_damaged(self):
        with tempfile.TemporaryDirectory() as folder:
            one = measure.Measured(folder, "6.1")
            one.file.touch()
            for content in ("", "{}", "[1]", "7"):
                one.about.write_text(content)
                self.assertIsNone(one.known(), content)

    def test_measures_as_many_at_once_as_was_said(self):
        # Each waits for the other to have begun.
        script = ("touch \"$file.begun\"\nother=6.1; [ $2 = 6.1 ] && other=6.12\n"
                  "while [ ! -e \"${file%/*}/$other.part.begun\" ]; do :; done\necho measured > \"$file\"\n")
        _, failed = self.measured(script, ["6.1", "6.12"], jobs=2)
        self.assertEqual(failed, {})


if __name__ == "__main__":
    unittest.main()
