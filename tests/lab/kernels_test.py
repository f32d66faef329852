#!/usr/bin/env python3
"""kernels_test.py SOCKDRIFT: audits by `sockdrift boot`, and `sockdrift gate
--kernel`, on Debian's 6.1 and 6.12 with one plan."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import needs

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "lab"))

from sockdrift_lab import cache  # noqa: E402

SOURCE = pathlib.Path(__file__).resolve().parents[2]
FETCH = SOURCE / "lab" / "fetch"
PLAN = "bind.conflict"
LOST_CONFLICTS = 96  # cells in which 6.1 differs; comparison_test.py says which
SOCKDRIFT = None
FOLDER = None

FINE, FINDINGS, USAGE, COULD_NOT_TELL, CANNOT_BOOT = 0, 1, 2, 3, 125


def sockdrift(*arguments, env=None):
    return subprocess.run([SOCKDRIFT, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=200, check=False, env=env)


def saved(name):
    return str(pathlib.Path(FOLDER.name) / name)


def setUpModule():
    global FOLDER
    FOLDER = tempfile.TemporaryDirectory()


def tearDownModule():
    FOLDER.cleanup()


class TwoKernels(unittest.TestCase):
    """Booted side by side, once for all tests."""

    @classmethod
    def setUpClass(cls):
        needs.need_program("qemu-system-x86_64")
        for name in ("6.1", "6.12"):
            needs.need_kernel(FETCH, name)
        cls.both = sockdrift("boot", "6.1", "6.12", "--plan", PLAN, "--save", saved("both"), "--output", "json")

    def test_are_in_two_groups_apart_in_the_known_cells(self):
        self.assertEqual(self.both.returncode, FINDINGS, self.both.stderr)
        document = json.loads(self.both.stdout)
        self.assertEqual(document["schema"], "sockdrift.boot/1")
        self.assertEqual([k["kernel"] for k in document["kernels"]], ["6.1", "6.12"])
        self.assertEqual(len(document["groups"]), 2)
        self.assertEqual((document["groups"][1]["differing"], document["groups"][1]["plans"]),
                         (LOST_CONFLICTS, [PLAN]))

    def test_tell_how_they_were_booted_and_what_they_are(self):
        for kernel, release in zip(json.loads(self.both.stdout)["kernels"], (r"6\.1\.", r"6\.12\.")):
            facts = kernel["audit"]["facts"]
            self.assertRegex(facts["kernel.release"], release)
            self.assertEqual(facts["boot.by"], "qemu")
            self.assertIn(facts["boot.accelerator"], ("kvm", "tcg"))
            self.assertRegex(facts["boot.package"], r"linux-image-" + release)

    def test_are_two_hosts_of_one_file(self):
        done = sockdrift("diff", saved("both") + "#6.1", saved("both") + "#6.12", "--output", "json")
        self.assertEqual(json.loads(done.stdout)["differing"], LOST_CONFLICTS)

    def test_pass_a_gate_on_themselves_and_fail_on_each_other(self):
        sockdrift("boot", "6.1", "--plan", PLAN, "--save", saved("old"))
        same = sockdrift("gate", "--baseline", saved("old"), "--kernel", "6.1")
        self.assertEqual(same.returncode, FINE, same.stdout + same.stderr)
        self.assertRegex(same.stderr, r"[0-9.]+ s from the command to the verdict")
        other = sockdrift("gate", "--baseline", saved("old"), "--kernel", "6.12", "--output", "json")
        self.assertEqual(other.returncode, FINDINGS, other.stderr)
        self.assertIn(f"{LOST_CONFLICTS} of {LOST_CONFLICTS} divergent cells did the same again", other.stdout)


class OneKernel(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        needs.need_program("qemu-system-x86_64")
        needs.need_kernel(FETCH, "6.12")

    def test_without_ipv6_answers_every_cell_and_says_why(self):
        done = sockdrift("boot", "6.12", "--append", "ipv6.disable=1", "--plan", PLAN, "--output", "json")
        document = json.loads(done.stdout)
        self.assertEqual({c["status"] for c in document["plans"][0]["cells"]}, {"DONE"})
        self.assertEqual(document["facts"]["kernel.cmdline.ipv6.disable"], "1")
        self.assertEqual(document["facts"]["ipv6.available"], "no")

    def test_that_gives_no_network_namespace_refuses_the_world(self):
        without = ["--append", "sysctl.user.max_net_namespaces=0", "--plan", "bind.privileged-port", "--output", "json"]
        done = sockdrift("boot", "6.12", *without)
        self.assertEqual(done.returncode, COULD_NOT_TELL, done.stderr)
        cells = json.loads(done.stdout)["plans"][0]["cells"]
        self.assertEqual({cell["status"] for cell in cells}, {"SKIP"})
        self.assertIn("user.max_net_namespaces is 0", cells[0]["reason"])
        done = sockdrift("boot", "6.12", "--world", "own", *without)
        self.assertEqual(done.returncode, FINE, done.stderr)

    def test_prints_what_kernel_test_tools_read(self):
        done = sockdrift("boot", "6.12", "--plan", "bind.privileged-port", "--output", "ktap")
        lines = done.stdout.splitlines()
        self.assertEqual(lines[:2], ["KTAP version 1", "1..1"])
        results = [line for line in lines if re.match(r"\s*(not )?ok \d+ ", line)]
        self.assertRegex(results[-1], r"^ok 1 bind\.privileged-port")
        self.assertGreater(len(results), 1)
        self.assertEqual(done.returncode, FINE, done.stderr)

    def test_with_too_little_memory_is_told(self):
        done = sockdrift("boot", "6.12", "--memory", "64", "--plan", PLAN, "--boot-timeout", "20")
        self.assertEqual((done.returncode, done.stdout), (CANNOT_BOOT, ""))
        self.assertRegex(done.stderr, "did not come up.*; --memory 64 may be too little for it")

    def test_that_panics_is_told_by_every_command(self):
        panic = ["--append", "rdinit=/nothing", "--append", "root=/dev/nothing"]
        done = sockdrift("boot", "6.12", *panic, "--plan", PLAN)
        self.assertEqual((done.returncode, done.stdout), (CANNOT_BOOT, ""))
        self.assertIn("Kernel panic", done.stderr)
        baseline = saved("here")
        sockdrift("audit", "--plan", "bind.privileged-port", "--save", baseline)
        done = sockdrift("gate", "--baseline", baseline, "--kernel", "6.12", *panic)
        self.assertEqual(done.returncode, COULD_NOT_TELL, done.stderr)
        self.assertIn("INCONCLUSIVE", done.stdout)
        self.assertIn("did not come up", done.stdout)


class WithoutModules(unittest.TestCase):
    """Debian's archive keeps only the image of 7.1. Whom to ask for the state of
    a TCP connection is a module, tcp_diag: the kernel's ENOENT for that must not
    pass for that of a connection which is not there."""

    WAITS_FOR_TIME_WAIT = """
plan: made.time-wait
title: A connection's end in TIME_WAIT
about: Whether the state is seen.
sources: ["RFC 9293 3.3.2"]
axes:
  address: {127.0.0.1: {}, "::1": {}}
steps:
  - socket: {as: listener, family: $address.family, type: stream}
  - bind: {of: listener, to: "$address:A"}
  - listen: listener
  - socket: {as: client, family: $address.family, type: stream}
  - bind: {of: client, to: "$address:B"}
  - connect: {of: client, to: "$address:A"}
  - accept: {of: listener, as: served}
  - close: served
  - shutdown: {of: client, how: wr}
  - wait_for: {facing: client, state: TIME_WAIT, within: 2s, observe: state}
  - wait_for: {facing: client, state: CLOSED, within: 10ms, observe: closed}
"""

    def test_connections_have_states(self):
        needs.need_program("qemu-system-x86_64")
        needs.need_kernel(FETCH, "7.1")
        plan = saved("time-wait.yaml")
        pathlib.Path(plan).write_text(self.WAITS_FOR_TIME_WAIT, "utf-8")
        done = sockdrift("boot", "7.1", "--plan", plan, "--output", "json")
        self.assertEqual(done.returncode, FINE, done.stderr)
        document = json.loads(done.stdout)
        self.assertNotIn("kernel.module.tcp_diag", document["facts"])
        self.assertEqual([cell["outcomes"]["state"] for cell in document["plans"][0]["cells"]], ["ok", "ok"])
        self.assertEqual({cell["outcomes"]["closed"] for cell in document["plans"][0]["cells"]}, {"timeout"})


class UnderAKvmThatFails(unittest.TestCase):
    """As under some hypervisors: /dev/kvm opens, and guests die in it."""

    def test_an_audit_is_emulated_and_says_so(self):
        if not os.access("/dev/kvm", os.R_OK | os.W_OK):
            needs.missing("kvm", "/dev/kvm does not open")
        needs.need_program("qemu-system-x86_64")
        needs.need_kernel(FETCH, "6.12")
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            qemu = folder / "qemu-system-x86_64"
            qemu.write_text(f"#!/bin/sh\ncase \"$*\" in *'-accel kvm'*) exit 1;; esac\n"
                            f"exec {shutil.which(qemu.name)} \"$@\"\n", "utf-8")
            qemu.chmod(0o755)
            # A cache of its own: the verdict on KVM is kept there.
            (folder / "6.12").symlink_to(cache.folder() / "6.12")
            environment = dict(os.environ, PATH=f"{folder}:{os.environ['PATH']}", SOCKDRIFT_LAB_CACHE=name)
            done = sockdrift("boot", "6.12", "--plan", "bind.privileged-port", "--output", "json", env=environment)
        self.assertEqual(done.returncode, FINE, done.stderr)
        self.assertIn("6.12 is emulated: under this machine's KVM it did not come up", done.stderr)
        self.assertEqual(json.loads(done.stdout)["facts"]["boot.accelerator"], "tcg")


class OneSetOfSysctls(unittest.TestCase):
    """In gVisor every network namespace shows the first one's."""

    def test_is_not_changed_for_a_plan_that_would_not_get_it(self):
        needs.need_gvisor()
        needs.need_kernel(FETCH, "gvisor")
        done = sockdrift("boot", "gvisor", "--plan", "ephemeral.exhaustion-udp", "--plan", "bind.ipv4-address",
                         "--plan", "dual-stack.v6only-sysctl", "--output", "json")
        document = json.loads(done.stdout)
        cells = {plan["plan"]: plan["cells"] for plan in document["plans"]}
        for plan, reason in (("ephemeral.exhaustion-udp", "show those of the first one"),
                             ("dual-stack.v6only-sysctl", "in the midst of a cell")):
            self.assertEqual({cell["status"] for cell in cells[plan]}, {"SKIP"})
            self.assertIn(reason, cells[plan][0]["reason"])
        # What is wanted is there already: nothing need be changed for these.
        self.assertIn("DONE", {cell["status"] for cell in cells["bind.ipv4-address"]
                               if cell["axes"]["nonlocal"] == "0"})
        self.assertEqual({cell["status"] for cell in cells["bind.ipv4-address"] if cell["axes"]["nonlocal"] == "1"},
                         {"SKIP"})


class APackage(unittest.TestCase):
    """A Debian package of a kernel, as apt would install it."""

    def test_is_booted_from_its_file(self):
        needs.need_program("qemu-system-x86_64")
        path = needs.need_package(FETCH, "6.1")
        self.assertRegex(path, r"/linux-image-6\.1\..*\.deb$")
        done = sockdrift("boot", path, "--plan", PLAN, "--output", "json")
        self.assertIn(done.returncode, (FINE, FINDINGS), done.stderr)
        document = json.loads(done.stdout)
        self.assertEqual({c["status"] for c in document["plans"][0]["cells"]}, {"DONE"})
        self.assertIn("kernel.config.IPV6", document["facts"])


class Usage(unittest.TestCase):
    def test_of_the_gate_is_held_to(self):
        for arguments, why in ((["--baseline", "x", "--kernel", "6.12", "--candidate", "host:web-1"], "not both"),
                               (["--baseline", "x", "--candidate", "y", "--append", "z"], "--append is for kernels")):
            done = sockdrift("gate", *arguments)
            self.assertEqual(done.returncode, USAGE)
            self.assertIn(why, done.stderr)


if __name__ == "__main__":
    SOCKDRIFT = sys.argv.pop(1)
    unittest.main()
