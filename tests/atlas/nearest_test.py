#!/usr/bin/env python3
"""`sockdrift audit` says which entry of the atlas this host behaves like. The
kernel here may be any: what is asked of is that the answer fits it.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

SOCKDRIFT = os.environ["SOCKDRIFT"]
PLANS = ("bind.conflict", "bind.shared", "option.presence", "reuse.owner-uid")

if subprocess.run(["unshare", "--net", "true"], capture_output=True, check=False).returncode != 0:
    print("SKIPPED: needs netns: unshare --net is refused here")
    sys.exit(77)


def audit(*arguments, settings=()):
    writes = "".join(f"echo {value} > /proc/sys/net/{key} && " for key, value in settings)
    plans = " ".join(f"--plan {plan}" for plan in PLANS)
    command = f"{writes} exec {SOCKDRIFT} audit {plans} {' '.join(map(str, arguments))}"
    environment = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "SOCKDRIFT_CONTROLLER")}
    environment["COLUMNS"] = "120"
    done = subprocess.run(["unshare", "--net", "sh", "-c", command], capture_output=True, text=True, env=environment,
                          check=False)
    if done.returncode not in (0, 1):
        raise AssertionError(f"audit ended with {done.returncode}: {done.stderr}")
    return done.stdout


def diff(name, path):
    done = subprocess.run([SOCKDRIFT, "diff", f"atlas:{name}", path, "--output", "json"], capture_output=True,
                          text=True, check=False)
    return json.loads(done.stdout)


class NearestTest(unittest.TestCase):
    def test_says_what_diff_says_of_the_nearest_and_of_every_other_entry(self):
        with tempfile.TemporaryDirectory() as folder:
            saved = pathlib.Path(folder) / "saved"
            atlas = json.loads(audit("--output", "json", "--save", saved))["atlas"]
            self.assertTrue(atlas["nearest"])
            for one in atlas["entries"]:
                found = diff(one["entry"], saved)
                self.assertEqual((one["compared"], one["differing"]), (found["compared"], found["differing"]))
            best = atlas["entries"][0]
            self.assertEqual((best["compared"], best["differing"]), (atlas["compared"], atlas["differing"]))
            self.assertEqual(best["differing"] == 0, atlas["exact"])
            against = next(one for one in atlas["entries"] if one["entry"] == atlas["against"])
            self.assertEqual(against["differing"], sum(plan["differing"] for plan in atlas["plans"]))
            if against["entry"] not in atlas["nearest"]:
                self.assertTrue(atlas["exact"])
                self.assertIn(f"from atlas:{against['entry']} ", atlas["says"])
            for document in ("windows", "freebsd", "macos"):
                self.assertNotIn(document, [one["entry"] for one in atlas["entries"]])

    def test_the_line_is_in_the_table_too(self):
        self.assertRegex(audit(), r"(?m)^atlas: (behaves like|behaves most like|far from)")

    def test_a_host_whose_settings_make_the_difference_is_told_so(self):
        settings = [("ipv6/conf/all/disable_ipv6", 1)]
        atlas = json.loads(audit("--output", "json", settings=settings))["atlas"]
        self.assertTrue(atlas["far"])
        self.assertEqual("net.ipv6.conf.all.disable_ipv6", atlas["settings"][0]["fact"])
        shown = audit(settings=settings)
        self.assertRegex(shown, r"(?m)^atlas: far from every entry")
        self.assertIn("net.ipv6.conf.all.disable_ipv6 = 1", shown)
        pristine = json.loads(audit("--output", "json", "--world", "pristine", settings=settings))["atlas"]
        self.assertFalse(pristine["far"])

    def test_a_plan_of_ones_own_is_in_no_atlas(self):
        with tempfile.TemporaryDirectory() as folder:
            plan = pathlib.Path(folder) / "own.yaml"
            plan.write_text("plan: test.own\ntitle: One of ours\nsteps:\n"
                            "  - socket: {as: s, family: inet, type: stream}\n"
                            "  - bind: {of: s, to: \"127.0.0.1:A\", observe: bind}\n", "utf-8")
            done = subprocess.run([SOCKDRIFT, "audit", "--plan", plan], capture_output=True, text=True, check=False)
            self.assertEqual(0, done.returncode, done.stderr)
            self.assertIsNone(re.search("^atlas:", done.stdout, re.M))


if __name__ == "__main__":
    unittest.main()
