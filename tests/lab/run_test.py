#!/usr/bin/env python3
"""run_test.py BIN: `lab/run` as a whole, on what boots fastest, two at a time."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import needs

SOURCE = pathlib.Path(__file__).resolve().parents[2]
LAB = SOURCE / "lab"
BIN = None
PLAN, GVISOR, UML = "bind.privileged-port", "gvisor", "uml-6.12"


class TheWholeLab(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        needs.need_program("openssl")
        needs.need_gvisor()
        for kernel in (GVISOR, UML):
            needs.need_kernel(LAB / "fetch", kernel)
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)

    def lab(self, *arguments):
        return subprocess.run([LAB / "run", *arguments, "--plan", PLAN, "--keep", self.folder], capture_output=True,
                              text=True, timeout=200, check=False, stdin=subprocess.DEVNULL,
                              env=dict(os.environ, SOCKDRIFT_BIN=BIN))

    def test_one_that_cannot_be_measured_stops_no_other(self):
        done = self.lab("here", "no-such-kernel", GVISOR, UML, "--jobs", "2")
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"not measured: no-such-kernel: there is no kernel 'no-such-kernel'")
        # The boot is among the seconds, which are kept.
        rows = {line.split()[0]: line.split() for line in done.stdout.splitlines() if line[:1].strip()}
        self.assertEqual(rows["KERNEL"], ["KERNEL", "SECONDS", "bind"])
        for name in ("here", GVISOR, UML):
            seconds = json.loads((self.folder / f"{name}.json").read_text("utf-8"))["seconds"]
            self.assertEqual(rows[name][1], f"{seconds:.1f}")
        self.assertEqual(rows["here"][2], rows[UML][2])
        self.kept_with_a_damaged_file()

    def kept_with_a_damaged_file(self):
        (self.folder / f"{UML}.sockdrift").write_bytes(b"damaged")
        done = self.lab("here", GVISOR, UML, "6.1", "--kept")
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"(?m)^here +\d")
        self.assertRegex(done.stdout, f"(?m)^not measured: {UML}: .*no behaviour file")
        self.assertRegex(done.stdout, r"(?m)^not measured: 6\.1: was not measured yet$")

    def test_wrong_usage_is_refused(self):
        self.assertEqual(self.lab("here", "--jobs", "0").returncode, 2)


if __name__ == "__main__":
    BIN = sys.argv.pop(1)
    unittest.main()
