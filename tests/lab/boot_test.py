#!/usr/bin/env python3
"""boot_test.py ECHO: what lab/boot promises, held to with real guests. ECHO is
the built program of echo.cc."""
import os
import pathlib
import random
import select
import signal
import subprocess
import sys
import tempfile
import unittest

import needs

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BOOT = SOURCE / "lab" / "boot"
FETCH = SOURCE / "lab" / "fetch"
ECHO = None


def boot(kernel, *arguments, options=(), stdin=b""):
    return subprocess.run([BOOT, kernel, *options, "--", ECHO, *arguments], input=stdin, capture_output=True,
                          timeout=60, check=False)


class Promises:
    """Of every kernel."""
    kernel = None

    def test_input_and_output_are_exact(self):
        content = random.Random(1).randbytes(1_000_003)
        done = boot(self.kernel, stdin=content)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(done.stdout == content, f"{len(done.stdout)} bytes came back of {len(content)}")

    def test_status_and_standard_error_come_back(self):
        done = boot(self.kernel, "exit", "7")
        self.assertEqual((done.returncode, done.stdout), (7, b""))
        self.assertIn(b"to standard error\n", done.stderr)

    def test_a_command_that_hangs_is_ended(self):
        done = boot(self.kernel, "hang", options=["--timeout", "5"])
        self.assertEqual((done.returncode, done.stdout), (124, b"hanging\n"))
        self.assertIn(b"was still running after 5", done.stderr)


class UnderLinux(Promises, unittest.TestCase):
    kernel = "6.1"

    @classmethod
    def setUpClass(cls):
        needs.need_program("qemu-system-x86_64")
        needs.need_kernel(FETCH, cls.kernel)

    def test_a_signal_is_told_as_a_shell_would(self):
        self.assertEqual(boot(self.kernel, "abort").returncode, 128 + signal.SIGABRT)

    def test_parameters_are_passed_on(self):
        done = boot(self.kernel, "show", "/proc/cmdline", options=["--append", "ipv6.disable=1"])
        self.assertIn(b" ipv6.disable=1", done.stdout)

    def test_a_kernel_that_panics_is_told_from_a_command_that_fails(self):
        done = boot(self.kernel, "exit", "0", options=["--append", "rdinit=/nothing"])
        self.assertEqual(done.returncode, 125)
        self.assertIn(b"did not come up", done.stderr)
        self.assertIn(b"panic", done.stderr)

    def test_a_guest_ends_with_who_booted_it(self):
        # What is killed cleans nothing up.
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        booter = subprocess.Popen([BOOT, self.kernel, "--accel", "tcg", "--", ECHO, "hang"],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                  env=dict(os.environ, TMPDIR=folder.name))
        self.assertEqual(booter.stdout.readline(), b"hanging\n")
        children = pathlib.Path(f"/proc/{booter.pid}/task/{booter.pid}/children").read_text("ascii").split()
        self.assertEqual(len(children), 1)
        guest = os.pidfd_open(int(children[0]))
        booter.kill()
        booter.wait()
        booter.stdin.close()
        booter.stdout.close()
        # A descriptor of a process can be read when the process has ended.
        self.assertTrue(ended(guest, 20), "the guest lives on")
        os.close(guest)


class UnderGvisor(Promises, unittest.TestCase):
    kernel = "gvisor"

    @classmethod
    def setUpClass(cls):
        needs.need_kernel(FETCH, cls.kernel)
        needs.need_gvisor()

    def test_takes_no_kernel_parameters(self):
        self.assertEqual(boot(self.kernel, "exit", "0", options=["--append", "x"]).returncode, 2)


def ended(pidfd, seconds):
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    return bool(poll.poll(seconds * 1000))


if __name__ == "__main__":
    ECHO = sys.argv.pop(1)
    unittest.main()
