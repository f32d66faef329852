#!/usr/bin/env python3
"""kvm_test.py SOCKDRIFT: where `sockdrift boot` uses KVM, with a qemu that
is none: it notes how it was called, and what becomes of its guest under KVM is said
by FAKE_KVM. No kernel runs, so this holds where no KVM works."""
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import unittest
import unittest.mock

import needs

SOCKDRIFT = None
WORKS, FALLS, HANGS, FALLS_LATER = "works", "falls", "hangs", "falls-later"
CANNOT_BOOT = 125
# What a guest says first is that it runs, and last how its command ended.
FAKE_QEMU = f"""#!{sys.executable}
import json, os, struct, sys, time
with open(os.environ["FAKE_LOG"], "a") as log:
    print(json.dumps(sys.argv[1:]), file=log)
say = lambda kind, payload: os.write(6, kind + struct.pack("<I", len(payload)) + payload)
kvm = sys.argv[sys.argv.index("-accel") + 1] == "kvm"
fate = os.environ["FAKE_KVM" if kvm else "FAKE_TCG"]
if fate == "{HANGS}":
    time.sleep(600)
if fate == "{FALLS}":
    sys.exit("KVM internal error")
say(b"u", b"6.66")
if fate == "{FALLS_LATER}":
    sys.exit("KVM internal error")
say(b"x", struct.pack("<I", 7 if "1" in os.environ.get("FAKE_STATUS", "") else 0))
time.sleep(600)
"""


X86_64, AARCH64 = 62, 183
PROGRAM_AT, KERNEL_AT = 0x400000, 0xffffffff81000000


def elf(machine, address):
    """A static program, or where it lies in the kernel's half of the memory, a kernel."""
    head = b"\x7fELF\x02\x01\x01".ljust(16, b"\0") + struct.pack(
        "<HHIQQQIHHHHHH", 2, machine, 1, 0, 64, 0, 0, 64, 56, 1, 64, 0, 0)
    return head + struct.pack("<IIQQQQQQ", 1, 5, 120, address, 0, 4, 4, 0) + b"code"


class FakeMachine(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        for arch in ("x86_64", "aarch64"):
            qemu = self.folder / f"qemu-system-{arch}"
            qemu.write_text(FAKE_QEMU, "utf-8")
            qemu.chmod(0o755)
        self.kernel = self.folder / "vmlinux"
        self.kernel.write_bytes(elf(X86_64, KERNEL_AT))
        self.foreign = self.folder / "Image"
        self.foreign.write_bytes(bytes(56) + b"ARM\x64" + bytes(100))
        for machine in (X86_64, AARCH64):
            program = self.program(machine)
            program.write_bytes(elf(machine, PROGRAM_AT))
            program.chmod(0o755)

    def program(self, machine):
        return self.folder / f"program-{machine}"

    def boot(self, *options, kvm, tcg=WORKS, kernel=None):
        """How it ended, and how each machine was accelerated that it started."""
        log = self.folder / "log"
        log.write_text("", "utf-8")
        environment = dict(os.environ, PATH=f"{self.folder}:{os.environ['PATH']}", FAKE_LOG=str(log), FAKE_KVM=kvm,
                           FAKE_TCG=tcg, SOCKDRIFT_LAB_CACHE=str(self.folder / "cache"))
        program = self.program(AARCH64 if kernel == self.foreign else X86_64)
        done = subprocess.run([SOCKDRIFT, "boot", kernel or self.kernel, "--probe", program, *options, "--", program],
                              env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=100,
                              check=False)
        self.calls = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
        return done, [self.option(call, "-accel") for call in self.calls]

    @staticmethod
    def option(call, name):
        return call[call.index(name) + 1]


class WithKvm(FakeMachine):
    @classmethod
    def setUpClass(cls):
        if not os.access("/dev/kvm", os.R_OK | os.W_OK):
            needs.missing("kvm", "/dev/kvm does not open")

    def test_one_that_works_is_tried_once_and_then_used(self):
        done, machines = self.boot(kvm=WORKS)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(machines, ["kvm", "kvm"])
        self.assertEqual([self.option(call, "-cpu") for call in self.calls], ["host", "host"])
        done, machines = self.boot(kvm=WORKS)
        self.assertEqual((done.returncode, machines), (0, ["kvm"]))
        done, _ = self.boot("--verbose", kvm=WORKS)
        self.assertIn("ran 6.66 (kvm)", done.stderr)

    def test_a_kernel_that_was_built_anew_is_tried_again(self):
        self.boot(kvm=WORKS)
        os.utime(self.kernel, (1, 1))
        self.assertEqual(self.boot(kvm=WORKS)[1], ["kvm", "kvm"])

    def falls_in_the_trial(self, how, why):
        done, machines = self.boot(kvm=how)
        self.assertEqual((done.returncode, machines), (0, ["kvm", "tcg"]))
        self.assertEqual(self.option(self.calls[1], "-cpu"), "max")
        self.assertIn("is emulated: under this machine's KVM it " + why, done.stderr)
        # It is not said twice, nor tried.
        done, machines = self.boot(kvm=how)
        self.assertEqual((done.returncode, done.stderr, machines), (0, "", ["tcg"]))

    def test_a_guest_that_falls_in_the_trial_is_emulated(self):
        self.falls_in_the_trial(FALLS, "did not come up: it went down while it booted")

    def test_a_guest_that_falls_later_in_the_trial_is_emulated(self):
        self.falls_in_the_trial(FALLS_LATER, "went down before the command ended")

    def test_a_guest_that_hangs_in_the_trial_is_emulated(self):
        self.falls_in_the_trial(HANGS, "did not come up within 10 s")

    def test_one_that_worked_and_falls_before_its_first_word_is_emulated(self):
        self.boot(kvm=WORKS)
        done, machines = self.boot(kvm=FALLS)
        self.assertEqual((done.returncode, machines), (0, ["kvm", "tcg"]))
        self.assertIn("is emulated: under this machine's KVM it did not come up", done.stderr)
        self.assertEqual(self.boot(kvm=WORKS)[1], ["tcg"])

    def test_a_command_that_had_begun_is_not_run_twice(self):
        self.boot(kvm=WORKS)
        done, machines = self.boot(kvm=FALLS_LATER)
        self.assertEqual((done.returncode, machines), (CANNOT_BOOT, ["kvm"]))
        self.assertIn("which is left alone from now on", done.stderr)
        self.assertEqual(self.boot(kvm=WORKS)[1], ["tcg"])

    def test_a_kernel_that_runs_nowhere_says_nothing_of_kvm(self):
        done, machines = self.boot(kvm=FALLS, tcg=FALLS)
        self.assertEqual((done.returncode, machines), (CANNOT_BOOT, ["kvm", "tcg"]))
        self.assertNotIn("is emulated", done.stderr)
        self.assertEqual(self.boot(kvm=WORKS)[1], ["kvm", "kvm"])

    def test_a_command_that_fails_is_no_failure_of_kvm(self):
        self.boot(kvm=WORKS)
        with unittest.mock.patch.dict(os.environ, FAKE_STATUS="1"):
            self.assertEqual(self.boot(kvm=WORKS)[0].returncode, 7)
        self.assertEqual(self.boot(kvm=WORKS)[1], ["kvm"])

    def test_emulation_that_was_asked_for_tries_none(self):
        self.assertEqual(self.boot("--accel", "tcg", kvm=WORKS)[1], ["tcg"])


class WithoutATrial(FakeMachine):
    def test_kvm_that_was_asked_for_is_used_and_never_left(self):
        done, machines = self.boot("--accel", "kvm", kvm=FALLS)
        self.assertEqual((done.returncode, machines), (CANNOT_BOOT, ["kvm"]))
        self.assertIn("KVM internal error", done.stderr)

    def test_a_kernel_of_another_architecture_is_emulated(self):
        done, machines = self.boot("--accel", "kvm", kvm=WORKS, kernel=self.foreign)
        self.assertEqual((done.returncode, machines), (2, []))
        self.assertIn("a kernel for aarch64", done.stderr)
        done, machines = self.boot(kvm=WORKS, kernel=self.foreign)
        self.assertEqual((done.returncode, done.stderr, machines), (0, "", ["tcg"]))


if __name__ == "__main__":
    SOCKDRIFT = sys.argv.pop(1)
    unittest.main()
