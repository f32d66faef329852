#!/usr/bin/env python3
"""fleet_test.py: one controller, agents on this machine, under another kernel
in a virtual machine and in gVisor, joined by gRPC streams, and user-mode Linux by a
file. What is known of these kernels must come out as groups and reasons.

SOCKDRIFT_LAB_KERNELS names other kernels for the virtual machines; 6.1 must be one."""
import os
import unittest

import lab_fleet
import needs
from fleet import listed, require

SOURCE = lab_fleet.SOURCE
# Nothing here differs between Linux kernels but the first one, and that in 96 cells.
PLANS = lab_fleet.of_plans(("bind.conflict", "bind.privileged-port"))
KERNELS = os.environ.get("SOCKDRIFT_LAB_KERNELS", "6.1 6.12").split()
OLD, GVISOR, OLD_UML, NEW_UML = "6.1", "gvisor", "uml-6.1", "uml-6.12"
# Linux that binds as most do.
MOST = sorted({*KERNELS, NEW_UML, "here"} - {OLD})


class TheLabAsAFleet(unittest.TestCase):
    """One fleet for all questions."""

    @classmethod
    def setUpClass(cls):
        require("netns", "root", "program:openssl")
        needs.need_program("qemu-system-x86_64")
        for kernel in (*KERNELS, GVISOR, OLD_UML, NEW_UML):
            needs.need_kernel(SOURCE / "lab" / "fetch", kernel)
        needs.need_gvisor()
        cls.fleet = lab_fleet.LabFleet()
        cls.addClassCleanup(cls.fleet.__exit__, None, None, None)
        lab_fleet.start_parts(cls.fleet, KERNELS, lab_fleet.Missing())
        cls.run_report = cls.fleet.run(*PLANS)
        for kernel in (OLD_UML, NEW_UML):
            cls.fleet.import_user_mode(kernel, PLANS)
        cls.plans = {plan["plan"]: plan for plan in cls.fleet.json("explain", code=1)["plans"]}

    def groups(self, plan):
        return [sorted(group["hosts"]) for group in self.plans[plan]["groups"]]

    def of_group(self, key, host):
        """What bind.conflict's answer has under the key for the host's group."""
        index = next(i for i, group in enumerate(self.groups("bind.conflict")) if host in group)
        return [entry for entry in self.plans["bind.conflict"][key] if entry["group"] == index]

    def test_every_agent_answered_over_its_stream(self):
        self.assertEqual(listed(self.run_report, "answered"), sorted([*KERNELS, GVISOR, "here"]))

    def test_guests_say_their_own_kernels(self):
        hosts = self.fleet.hosts()
        for name in KERNELS:
            self.assertTrue(hosts[name]["kernel"].startswith(name + "."), hosts[name]["kernel"])
        self.assertEqual(hosts[GVISOR]["facts"]["virt.kind"], "gvisor")
        self.assertEqual(sorted(name for name, host in hosts.items() if not host["connected"]), [OLD_UML, NEW_UML])
        for name in (OLD_UML, NEW_UML):
            self.assertEqual(hosts[name]["facts"]["virt.kind"], "uml")

    def test_kernels_group_as_they_bind(self):
        self.assertEqual(self.groups("bind.conflict"), [MOST, [OLD, OLD_UML], [GVISOR]])
        self.assertIn(sorted([*MOST, OLD, OLD_UML]), self.groups("bind.privileged-port"))

    def test_6_1_is_apart_where_two_mapped_addresses_meet(self):
        group = next(g for g in self.plans["bind.conflict"]["groups"] if OLD in g["hosts"])
        self.assertEqual(group["differing_cells"], 96)
        for rule in self.of_group("rules", OLD):
            self.assertIn("::ffff:", rule["text"])

    def reason(self, host):
        """The best one."""
        [explanation] = self.of_group("explanations", host)
        return explanation["candidates"][0]["text"]

    def test_the_kernel_is_the_reason(self):
        self.assertIn("kernel.release <", self.reason(OLD))

    def test_gvisor_is_the_reason_of_its_own(self):
        self.assertEqual(self.reason(GVISOR), "virt.kind = gvisor")


if __name__ == "__main__":
    unittest.main()
