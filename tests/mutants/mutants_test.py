"""The mutation test of the catalogue, in small: ./dev mutants runs it whole."""
import os
import pathlib
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
import fleet  # noqa: E402
import mutants  # noqa: E402

SMALL = ["bind.privileged-port", "dual-stack.listener-reach"]


def run(*words):
    return subprocess.run([sys.executable, str(HERE / "mutants.py"), *words], capture_output=True, text=True,
                          env={**os.environ, "SOCKDRIFT_BIN": str(fleet.BIN)})


class Mutants(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        fleet.require("root")
        fleet.require("netns")
        cls.known = {mutant.name: mutant for mutant in mutants.mutants()}
        cls.healthy = mutants.audit(cls.known["none"], SMALL)

    def judge(self, name):
        result = mutants.judge(self.known[name], self.healthy, SMALL)
        if result.unusable and self.known[name].kind in ("bpf", "notify"):
            self.skipTest(result.unusable)
        self.assertEqual(result.unusable, "")
        return result

    def test_there_are_thirty_and_each_has_a_name_of_its_own(self):
        names = [mutant.name for mutant in mutants.mutants()]
        self.assertGreater(len(names), 30)
        self.assertEqual(len(names), len(set(names)))

    def test_without_a_mutation_nothing_changes(self):
        result = self.judge("none")
        self.assertEqual((result.changed.total(), result.lost.total(), result.broken), (0, 0, []))

    def test_a_flipped_sysctl_changes_cells(self):
        self.assertGreater(self.judge("bindv6only").changed["dual-stack.listener-reach"], 0)

    def test_a_swallowed_option_breaks_an_expectation(self):
        result = self.judge("v6only-swallowed")
        self.assertIn("dual-stack.listener-reach v6only-listener-takes-ipv6-only", result.broken)

    def test_a_call_decided_by_another_process_changes_cells(self):
        result = self.judge("privileged-port-granted")
        self.assertEqual(result.changed["dual-stack.listener-reach"], 0)
        self.assertGreater(result.changed["bind.privileged-port"], 0)

    def test_a_cgroup_program_changes_cells(self):
        self.assertGreater(self.judge("bpf-connect6-denied").changed["dual-stack.listener-reach"], 0)

    def test_a_mutant_that_no_cell_notices_is_told(self):
        told = run("--plan", "bind.privileged-port", "--mutant", "linger-swallowed")
        self.assertEqual(told.returncode, 1, told.stderr)
        self.assertIn("no cell changes under: linger-swallowed", told.stdout)

    def test_an_unknown_mutant_is_a_wrong_use(self):
        told = run("--mutant", "nobody")
        self.assertEqual(told.returncode, 2)
        self.assertIn("there is no mutant nobody", told.stderr)


if __name__ == "__main__":
    unittest.main()
