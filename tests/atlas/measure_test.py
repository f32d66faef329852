#!/usr/bin/env python3
"""A kernel of the lab still does what its entry in the atlas says: boots it and
measures some plans again. `./dev soak` does so with all entries and plans.
"""
import os
import pathlib
import subprocess
import sys
import unittest

SOURCE = pathlib.Path(os.environ["SOCKDRIFT_SOURCE_DIR"])
sys.path.insert(0, str(SOURCE / "tests/lab"))

import needs  # noqa: E402

MEASURE = SOURCE / "atlas/measure"
# Quick ones, in which releases differ.
PLANS = ("bind.conflict", "bind.shared", "option.presence", "reuse.owner-uid")


def check(name):
    plans = [part for plan in PLANS for part in ("--plan", plan)]
    done = subprocess.run([MEASURE, "--check", *plans, name], capture_output=True, text=True, timeout=280, check=False)
    if done.returncode == 3 and "the entry is of" in done.stderr:
        needs.missing("atlas-package", done.stderr.strip())
    return done


class MeasureTest(unittest.TestCase):
    def test_a_kernel_does_what_its_entry_says(self):
        needs.need_program("qemu-system-x86_64")
        needs.need_kernel(SOURCE / "lab/fetch", "6.1")
        done = check("6.1")
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        self.assertIn("as its entry says", done.stdout)

    def test_another_kernel_than_the_entry_s_does_not_pass(self):
        """The comparison can fail: gVisor's record is no Linux's."""
        found = subprocess.run([pathlib.Path(os.environ["SOCKDRIFT_BIN"]) / "sockdrift", "diff",
                                SOURCE / "atlas/entries/gvisor.baseline", SOURCE / "atlas/entries/6.1.baseline",
                                "--plan", PLANS[0]], capture_output=True, check=False)
        self.assertEqual(1, found.returncode)


if __name__ == "__main__":
    unittest.main()
