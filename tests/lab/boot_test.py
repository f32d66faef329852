#!/usr/bin/env python3
"""boot_test.py SOCKDRIFT ECHO: what `sockdrift boot KERNEL -- COMMAND` promises,
held to with real guests. ECHO is the built program of echo.cc."""
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
FETCH = SOURCE / "lab" / "fetch"
SOCKDRIFT = None
ECHO = None

TIMED_OUT, CANNOT_BOOT = 124, 125


def boot(kernel, *arguments, options=(), stdin=b"", program=None, env=None):
    return subprocess.run([SOCKDRIFT, "boot", kernel, *options, "--", program or ECHO, *arguments], input=stdin,
                          capture_output=True, timeout=120, check=False, env=env)


class Promises:
    """Of every kernel."""
    kernel = None

    def test_input_and_output_are_exact(self):
        content = random.Random(1).randbytes(300_007)
        done = boot(self.kernel, stdin=content)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(done.stdout == content, f"{len(done.stdout)} bytes came back of {len(content)}")

    def test_status_and_standard_error_come_back(self):
        done = boot(self.kernel, "exit", "7")
        self.assertEqual((done.returncode, done.stdout), (7, b""))
        self.assertIn(b"to standard error\n", done.stderr)

    def test_a_command_that_hangs_is_ended(self):
        done = boot(self.kernel, "hang", options=["--timeout", "2"])
        self.assertEqual((done.returncode, done.stdout), (TIMED_OUT, b"hanging\n"))
        self.assertIn(b"was still running after 2", done.stderr)

    def test_nothing_is_left_behind(self):
        # Not even where the program that booted it is asked to end.
        with tempfile.TemporaryDirectory() as folder:
            booter = Booter(self.kernel, dict(os.environ, TMPDIR=folder))
            below = booter.processes_below()
            self.assertGreaterEqual(len(below), 1)
            booter.process.send_signal(signal.SIGTERM)
            self.assertEqual(booter.process.wait(20), 128 + signal.SIGTERM)
            for guest in below:
                self.assertTrue(ended(guest, 20), "a process of the guest lives on")
                os.close(guest)
            self.assertEqual(os.listdir(folder), [])
            booter.close()

    def killed(self, whom):
        # What is killed cleans nothing up: the other one does, or the next boot.
        with tempfile.TemporaryDirectory() as folder:
            environment = dict(os.environ, TMPDIR=folder)
            booter = Booter(self.kernel, environment)
            below = booter.processes_below()
            self.assertGreaterEqual(len(below), 2)
            whom(booter, below)
            status = booter.process.wait(20)
            for guest in below:
                self.assertTrue(ended(guest, 20), "a process of the guest lives on")
                os.close(guest)
            booter.close()
            self.assertEqual(boot(self.kernel, "exit", "3", env=environment).returncode, 3)
            self.assertEqual(os.listdir(folder), [])
            return status

    def test_a_guest_ends_with_who_booted_it(self):
        self.assertEqual(self.killed(lambda booter, below: booter.process.kill()), -signal.SIGKILL)

    def test_a_guest_ends_with_who_speaks_with_it(self):
        self.assertEqual(self.killed(lambda booter, below: signal.pidfd_send_signal(below[0], signal.SIGKILL)),
                         128 + signal.SIGKILL)


class EndsByItself:
    """Of all but user-mode Linux, whose processes outlive it where nobody puts things in order."""

    def test_a_guest_ends_where_nobody_is_left(self):
        def kill_both(booter, below):
            booter.process.send_signal(signal.SIGSTOP)  # so that it does nothing about the other one's end
            signal.pidfd_send_signal(below[0], signal.SIGKILL)
            booter.process.kill()

        self.assertEqual(self.killed(kill_both), -signal.SIGKILL)


class UnderLinux(Promises, EndsByItself, unittest.TestCase):
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
        self.assertEqual(done.returncode, CANNOT_BOOT)
        self.assertIn(b"did not come up", done.stderr)
        self.assertIn(b"Kernel panic", done.stderr)

    def test_a_kernel_that_hangs_is_given_up(self):
        # It stops at its panic.
        done = boot(self.kernel, "exit", "0", options=["--append", "rdinit=/nothing", "--append", "panic=0",
                                                       "--boot-timeout", "6", "--accel", "tcg"])
        self.assertEqual(done.returncode, CANNOT_BOOT)
        self.assertIn(b"did not come up within 6 s", done.stderr)

    def test_a_kernel_that_goes_down_under_a_command_is_told(self):
        done = boot(self.kernel, "crash")
        self.assertEqual(done.returncode, CANNOT_BOOT)
        self.assertIn(b"went down before the command ended", done.stderr)
        self.assertIn(b"Kernel panic", done.stderr)

    def test_a_machine_without_qemu_is_told_what_to_install(self):
        done = boot(self.kernel, "exit", "0", env=dict(os.environ, PATH="/nowhere"))
        self.assertEqual(done.returncode, CANNOT_BOOT)
        self.assertIn(b"qemu-system-x86", done.stderr)


class UnderGvisor(Promises, EndsByItself, unittest.TestCase):
    kernel = "gvisor"

    @classmethod
    def setUpClass(cls):
        needs.need_kernel(FETCH, cls.kernel)
        needs.need_gvisor()

    def test_takes_no_kernel_parameters(self):
        self.assertEqual(boot(self.kernel, "exit", "0", options=["--append", "x"]).returncode, 2)


class UnderUserModeLinux(Promises, unittest.TestCase):
    kernel = "uml-6.12"

    @classmethod
    def setUpClass(cls):
        needs.need_kernel(FETCH, cls.kernel)


class Booter:
    """A boot whose command waits, until close()."""

    def __init__(self, kernel, env):
        self.process = subprocess.Popen([SOCKDRIFT, "boot", kernel, "--accel", "tcg", "--", ECHO, "hang"], env=env,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        if self.process.stdout.readline() != b"hanging\n":
            raise AssertionError("the command did not start")

    def processes_below(self):
        """A descriptor of each process that it started, at any remove."""
        found, parents = [], [self.process.pid]
        while parents:
            parent = parents.pop()
            for task in pathlib.Path(f"/proc/{parent}/task").iterdir():
                for child in map(int, (task / "children").read_text("ascii").split()):
                    parents.append(child)
                    found.append(os.pidfd_open(child))
        return found

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()


def ended(pidfd, seconds):
    # A descriptor of a process can be read when the process has ended.
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    return bool(poll.poll(seconds * 1000))


class Usage(unittest.TestCase):
    """What is refused before anything is booted."""

    def run_boot(self, *arguments, **environment):
        return subprocess.run([SOCKDRIFT, "boot", *arguments], capture_output=True, text=True, timeout=60, check=False,
                              stdin=subprocess.DEVNULL, env=dict(os.environ, **environment))

    def test_a_name_that_is_unknown_is_a_slip(self):
        with tempfile.TemporaryDirectory() as cache:
            for command in ([], ["--", ECHO]):
                done = self.run_boot("6.1", *command, SOCKDRIFT_LAB_CACHE=cache)
                self.assertEqual(done.returncode, 2)
                self.assertIn("lab/fetch 6.1", done.stderr)

    def test_a_file_that_is_no_kernel_cannot_be_booted(self):
        for path in (__file__, "/no/such/vmlinuz"):
            for command in ([], ["--", ECHO]):
                done = self.run_boot(path, *command)
                self.assertEqual(done.returncode, CANNOT_BOOT)
                self.assertIn(path, done.stderr)

    def test_a_kernel_that_is_cut_off_cannot_be_booted(self):
        image = bytearray(3 * 512)
        image[0x1f1] = 1  # one sector of setup behind the first
        image[0x202:0x206] = b"HdrS"
        image[0x24c:0x250] = (600).to_bytes(4, "little")  # of the packed kernel, which 512 bytes are there of
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "vmlinuz"
            path.write_bytes(image)
            for command in (["--plan", "bind.privileged-port"], ["--", ECHO]):
                done = self.run_boot(str(path), *command)
                self.assertEqual(done.returncode, CANNOT_BOOT, done.stderr)
                self.assertIn("vmlinuz cannot be booted: its image is cut off", done.stderr)

    def test_a_command_that_no_guest_can_run_is_refused(self):
        with tempfile.TemporaryDirectory() as cache:
            folder = pathlib.Path(cache) / "6.1"
            folder.mkdir()
            (folder / "about.json").write_text('{"kind": "linux"}', "ascii")
            (folder / "vmlinux").touch()
            for command, why in (("/bin/true", "linked dynamically"), (str(FETCH), "is no program"),
                                 ("/no/such/program", "no such program")):
                done = self.run_boot("6.1", "--", command, SOCKDRIFT_LAB_CACHE=cache)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn(why, done.stderr)

    def test_wrong_usage_is_refused(self):
        for arguments, why in (([], "KERNEL"), (["6.1", "--"], "no COMMAND"), (["6.1", "6.12", "--", ECHO], "one KERNEL"),
                               (["6.1", "--save", "x", "--", ECHO], "--save is for audits"),
                               (["6.1", "--memory", "1"], "--memory")):
            done = self.run_boot(*arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertIn(why, done.stderr)


if __name__ == "__main__":
    ECHO = sys.argv.pop(2)
    SOCKDRIFT = sys.argv.pop(1)
    unittest.main()
