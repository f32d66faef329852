#!/usr/bin/env python3
"""arm64_test.py SOCKDRIFT PROBE: the cross-compiled probe as the first process of an
arm64 kernel. What calls it makes differs by architecture; what sockets answer must not."""
import json
import os
import pathlib
import subprocess
import sys
import unittest

import needs

FETCH = pathlib.Path(__file__).resolve().parents[2] / "lab" / "fetch"
SOCKDRIFT = PROBE = None
KERNEL, SAME_ON_X86 = "6.12-arm64", "6.12"
# Between them all kinds of calls that the system call filter lists by architecture.
PLANS = ("bind.privileged-port", "process.shared-socket", "interop.name-lookup")


def audit(kernel, *options):
    words = [word for plan in PLANS for word in ("--plan", plan)]
    done = subprocess.run([SOCKDRIFT, "boot", kernel, *words, *options, "--output", "json"], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=280, check=False)
    if done.returncode not in (0, 1):
        raise AssertionError(f"boot {kernel} ended with {done.returncode}:\n{done.stderr}")
    return json.loads(done.stdout)


class Arm64(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not os.access(PROBE, os.X_OK):
            needs.missing("probe-arm64", f"{PROBE} is not built: ./dev build arm64")
        needs.need_program("qemu-system-aarch64")
        needs.need_program("qemu-system-x86_64")
        for kernel in (KERNEL, SAME_ON_X86):
            needs.need_kernel(FETCH, kernel)
        cls.here = audit(KERNEL, "--probe", PROBE)

    def test_is_an_arm64_kernel(self):
        self.assertEqual(self.here["facts"]["kernel.arch"], "aarch64")

    def test_no_call_is_taken_for_a_forbidden_one(self):
        for plan in self.here["plans"]:
            self.assertEqual({cell["status"] for cell in plan["cells"]} - {"DONE", "SKIP"}, set(), plan["plan"])

    def test_sockets_answer_as_on_x86(self):
        behaviours = [{plan["plan"]: plan["behaviour"] for plan in audit["plans"]}
                      for audit in (self.here, audit(SAME_ON_X86))]
        self.assertEqual(*behaviours)


if __name__ == "__main__":
    SOCKDRIFT = os.path.abspath(sys.argv.pop(1))
    PROBE = os.path.abspath(sys.argv.pop(1))
    unittest.main()
