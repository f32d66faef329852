"""deploy/quickstart, as a newcomer runs it."""
import os
import subprocess
import unittest

import fleet


class Quickstart(unittest.TestCase):
    def setUp(self):
        fleet.require("netns")

    def test_names_the_sysctl_behind_each_group_and_ends(self):
        done = subprocess.run([str(fleet.SOURCE / "deploy/quickstart")], capture_output=True, text=True,
                              env={**os.environ, "SOCKDRIFT_BIN": str(fleet.BIN)}, timeout=fleet.PATIENCE,
                              stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("answered 5, failed 0, late 0, offline 0, refused 0", done.stdout)
        for cause in ("net.ipv6.bindv6only = 1", "net.ipv6.conf.all.disable_ipv6 = 1",
                      "net.ipv4.ip_unprivileged_port_start = 80"):
            self.assertIn(f"because {cause}", done.stdout)

    def test_refuses_an_argument_that_it_does_not_know(self):
        done = subprocess.run([str(fleet.SOURCE / "deploy/quickstart"), "--kep"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 2)
        self.assertIn("--keep", done.stderr)


if __name__ == "__main__":
    unittest.main()
