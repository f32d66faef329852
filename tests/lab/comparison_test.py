#!/usr/bin/env python3
"""comparison_test.py SOCKDRIFT: audits this kernel, Debian's 6.1 and gVisor with
one plan and compares the behaviour files. What is known of these kernels must
be found, cell by cell, and nothing else.

Each audit starts the same probe: here, in a guest, and under runsc."""
import itertools
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import needs

SOURCE = pathlib.Path(__file__).resolve().parents[2]
FETCH = SOURCE / "lab" / "fetch"
PLAN = "bind.conflict"
CELLS = 10_800
SOCKDRIFT = None
FOLDER = None

FINE, FINDINGS = 0, 1


def sockdrift(*arguments):
    return subprocess.run([SOCKDRIFT, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=120, check=False)


def audit(name, *options):
    """The behaviour file, made once."""
    path = pathlib.Path(FOLDER.name) / f"{name}.sockdrift"
    if not path.exists():
        done = sockdrift("audit", "--plan", PLAN, "--save", str(path), *options)
        # A broken rule is a finding and no failure of ours.
        if done.returncode not in (FINE, FINDINGS):
            raise AssertionError(f"audit of {name} ended with {done.returncode}:\n{done.stderr}")
    return path


def compare(name):
    """What `sockdrift diff` says of this kernel and the named one."""
    needs.need_kernel(FETCH, name)
    other = audit(name, "--via", f"{SOCKDRIFT} boot {name} --")
    done = sockdrift("diff", str(audit("here")), str(other), "--output", "json")
    if done.returncode not in (FINE, FINDINGS):
        raise AssertionError(f"diff ended with {done.returncode}:\n{done.stderr}")
    return json.loads(done.stdout)


def cell(kind, a, b):
    """The name of a cell; a socket is (address, reuseaddr, reuseport, v6only)."""
    axes = [f"kind={kind}"]
    for letter, socket in (("a", a), ("b", b)):
        for axis, value in zip(("addr", "reuseaddr", "reuseport", "v6only"), socket):
            axes.append(f"{letter}.{axis}={value}")
    return f"{PLAN}[{','.join(axes)}]"


def kernel_here():
    found = re.match(r"(\d+)\.(\d+)", os.uname().release)
    return int(found.group(1)), int(found.group(2))


def lost_conflicts():
    """The cells in which Linux from 6.1 to 6.6 took two IPv4-mapped TCP sockets
    for no neighbours: its table of addresses kept mapped ones apart from each
    other. The wildcard first: every pair that others refuse. The loopback
    first: pairs that share by SO_REUSEADDR, of which the late listen shows it."""
    wild, loop = "::ffff:0.0.0.0", "::ffff:127.0.0.1"
    names = set()
    for kind, a1, p1, a2, p2 in itertools.product(("bound", "listening"), *[("unset", "1")] * 4):
        both_port = p1 == p2 == "1"
        both_addr = a1 == a2 == "1" and kind == "bound"
        pairs = []
        if not both_port and not both_addr:
            pairs.append((wild, loop))
        if not both_port and both_addr:
            pairs.append((loop, wild))
        for (first, second), v1, v2 in itertools.product(pairs, ("unset", "0"), ("unset", "0")):
            names.add(cell(kind, (first, a1, p1, v1), (second, a2, p2, v2)))
    return names


def setUpModule():
    global FOLDER
    FOLDER = tempfile.TemporaryDirectory()


def tearDownModule():
    FOLDER.cleanup()


class Debian61(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        needs.need_program("qemu-system-x86_64")
        if (6, 1) <= kernel_here() < (6, 7):
            raise unittest.SkipTest("this kernel may share the fault of 6.1")
        cls.diff = compare("6.1")

    def test_gave_every_cell(self):
        self.assertEqual(self.diff["compared"], CELLS)

    def test_every_difference_is_the_known_one(self):
        found = [(c["cause"], c["side"], c["cells"], c["kernel_named"]) for c in self.diff["known_causes"]]
        self.assertEqual(found, [("mapped-sockets-share-a-port", "b", self.diff["differing"], True)])
        self.assertEqual(self.diff["without_known_cause"], 0)

    def test_differs_where_two_mapped_tcp_sockets_meet_and_nowhere_else(self):
        found = {c["cell"] for c in self.diff["plans"][0]["cells"]}
        self.assertEqual(len(lost_conflicts()), 96)
        self.assertEqual(found, lost_conflicts())

    def test_lets_both_listen_with_no_option_set(self):
        plain = ("unset", "unset", "unset")
        name = cell("listening", ("::ffff:0.0.0.0", *plain), ("::ffff:127.0.0.1", *plain))
        changes = next(c["changes"] for c in self.diff["plans"][0]["cells"] if c["cell"] == name)
        self.assertIn({"observation": "bind.b", "a": "EADDRINUSE", "b": "ok"}, changes)
        self.assertIn({"observation": "listen.b", "a": "not-reached", "b": "ok"}, changes)

    def test_tells_its_own_facts(self):
        facts = {f["fact"]: f["b"] for f in self.diff["facts"]}
        self.assertRegex(facts["kernel.release"], r"^6\.1\.")
        self.assertEqual(facts["kernel.config.IPV6"], "y")
        self.assertEqual(facts["container.runtime"] if "container.runtime" in facts else "none", "none")


class Gvisor(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        needs.need_gvisor()
        cls.diff = compare("gvisor")
        cls.cells = {c["cell"]: c["changes"] for c in cls.diff["plans"][0]["cells"]}

    def test_gave_every_cell(self):
        self.assertEqual(self.diff["compared"], CELLS)

    def test_is_another_stack(self):
        self.assertGreater(self.diff["differing"], 1000)

    def test_refuses_a_mapped_address_with_v6only_in_other_words(self):
        for address in ("::ffff:0.0.0.0", "::ffff:127.0.0.1"):
            name = cell("bound", (address, "unset", "unset", "1"), ("127.0.0.2", "unset", "unset", "unset"))
            self.assertIn({"observation": "bind.a", "a": "EINVAL", "b": "EHOSTUNREACH"}, self.cells[name])

    def test_is_known_by_its_facts(self):
        self.assertEqual({f["fact"]: f["b"] for f in self.diff["facts"]}["virt.kind"], "gvisor")


if __name__ == "__main__":
    SOCKDRIFT = sys.argv.pop(1)
    unittest.main()
