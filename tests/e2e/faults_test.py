"""What goes wrong: killed processes, full disks, two of one name, bad input."""
import os
import pathlib
import signal
import sqlite3
import subprocess
import tempfile
import unittest

from fleet import BIN, Fleet, listed, require, wait_until

PLAN = "dual-stack.listener-reach"
# Long enough to be killed in the middle of: about two seconds.
WORK = ("--deadline", "60s", "--plan", "bind.three-sockets", "--plan", "bind.conflict", "--plan", "option.presence")


class KilledProcesses(unittest.TestCase):
    def setUp(self):
        require("netns", "root")

    def test_a_run_goes_on_when_the_controller_is_killed_at_any_point(self):
        # The points: the run is on disk and nobody was told; hosts measure;
        # some answers are committed; all are.
        for answers in (0, 1, 2):
            with self.subTest(committed=answers), Fleet() as fleet:
                fleet.start_controller()
                for name in ("a", "b"):
                    fleet.start_agent(name)
                fleet.wait_for_hosts("a", "b")
                run = fleet.start_run(*WORK)
                if answers:
                    wait_until(lambda: fleet.metric('sockdrift_run_results_total{status="answered"}') >= answers,
                               f"{answers} answers")
                fleet.kill_controller()
                fleet.start_controller()
                ended = fleet.json("run", "--watch", run)
                self.assertEqual(ended["phase"], "finished")
                self.assertEqual(listed(ended, "answered"), ["a", "b"])

    def test_a_run_goes_on_when_an_agent_is_killed(self):
        with Fleet() as fleet:
            fleet.start_controller()
            fleet.start_agent("a")
            fleet.start_agent("b")
            fleet.wait_for_hosts("a", "b")
            run = fleet.start_run(*WORK)
            fleet.stop_agent("a", signal.SIGKILL)
            fleet.start_agent("a")
            ended = fleet.json("run", "--watch", run)
            self.assertEqual(listed(ended, "answered"), ["a", "b"])

    def test_answers_that_were_measured_while_the_controller_was_dead_are_kept(self):
        with Fleet() as fleet:
            fleet.start_controller()
            fleet.start_agent("a")
            fleet.wait_for_hosts("a")
            run = fleet.start_run(*WORK)
            log = fleet.dir / "a.log"
            wait_until(lambda: "a run begins" in log.read_text(), "probes")
            fleet.kill_controller()
            self.assertNotIn("a result was committed", log.read_text())
            wait_until(lambda: "a run ended" in log.read_text(), "a result")
            fleet.start_controller()
            self.assertEqual(listed(fleet.json("run", "--watch", run), "answered"), ["a"])
            fleet.wait_for_hosts("a")


class Identities(unittest.TestCase):
    def test_two_agents_of_one_identity_are_told_apart_and_flagged(self):
        require("netns", "root")
        with Fleet() as fleet:
            fleet.start_controller()
            fleet.start_agent("first", host_id="twin")
            fleet.wait_for_hosts("twin")
            fleet.start_agent("second", host_id="twin")
            wait_until(lambda: fleet.hosts()["twin"]["duplicate"], "the flag")
            log = fleet.dir / "second.log"
            wait_until(lambda: "another agent process" in log.read_text(), "a word to the second agent")
            self.assertTrue(fleet.hosts()["twin"]["connected"])
            self.assertEqual(listed(fleet.run("--plan", PLAN), "answered"), ["twin"])
            self.assertEqual(fleet.metric("sockdrift_duplicate_identities"), 1)


class Lists(unittest.TestCase):
    def test_each_selected_host_is_in_exactly_one_list(self):
        require("netns", "root")
        with Fleet() as fleet:
            fleet.start_controller()
            for name in ("here", "gone"):
                fleet.start_agent(name)
            fleet.wait_for_hosts("here", "gone")
            fleet.stop_agent("gone")
            wait_until(lambda: not fleet.hosts()["gone"]["connected"], "the end of its stream")
            run = fleet.json("run", "--plan", PLAN, "--deadline", "5s", code=3)
            self.assertEqual(listed(run, "answered"), ["here"])
            self.assertEqual(listed(run, "offline"), ["gone"])
            self.assertIn("last seen", run["offline"][0]["reason"])

    def test_a_world_that_a_host_does_not_give_is_refused_with_the_reason(self):
        require("netns", "root")
        with Fleet() as fleet:
            fleet.start_controller()
            fleet.start_agent("a")
            fleet.wait_for_hosts("a")
            run = fleet.run("--plan", PLAN, "--world", "host", code=3)
            self.assertEqual(listed(run, "refused"), ["a"])
            self.assertNotEqual(run["refused"][0]["reason"], "")


class BadInput(unittest.TestCase):
    def test_runs_that_could_not_tell_anything_are_refused(self):
        with Fleet() as fleet:
            fleet.start_controller()
            self.assertIn("no host matches", fleet.cli("run", "--deadline", "5s", "-l", "pool=x", code=3))
            self.assertIn("deadline", fleet.cli("run", "--deadline", "0s", code=2))
            self.assertIn("no plan", fleet.cli("run", "--plan", "no.such-plan", "--deadline", "5s", code=2))

    def test_a_dead_controller_is_said_to_be_dead(self):
        with Fleet() as fleet:
            self.assertNotEqual(fleet.cli("hosts", code=4), "")

    def test_a_newer_database_is_refused_and_left_alone(self):
        with Fleet() as fleet:
            fleet.start_controller()
            fleet.controller.terminate()
            self.assertEqual(fleet.controller.wait(), 0)
            with sqlite3.connect(fleet.data / "controller.db") as database:
                database.execute("PRAGMA user_version=99")
            database.close()
            refused = subprocess.run(fleet.controller_argv(), capture_output=True, text=True, timeout=30)
            self.assertEqual(refused.returncode, 2)
            self.assertIn("schema version 99", refused.stderr)
            with sqlite3.connect(fleet.data / "controller.db") as database:
                self.assertEqual(database.execute("PRAGMA user_version").fetchone(), (99,))
            database.close()

    def test_a_second_controller_on_one_database_is_refused(self):
        with Fleet() as fleet:
            fleet.start_controller()
            refused = subprocess.run(fleet.controller_argv(), capture_output=True, text=True, timeout=30)
            self.assertEqual(refused.returncode, 2)
            self.assertIn("another controller uses", refused.stderr)

    def test_plain_text_to_other_machines_needs_its_dangerous_name(self):
        with Fleet() as fleet:
            argv = [str(BIN / "sockdrift-controller"), "--listen", "0.0.0.0:0", "--data-dir", str(fleet.data)]
            refused = subprocess.run(argv, capture_output=True, text=True, timeout=30)
            self.assertEqual(refused.returncode, 2)
            self.assertIn("insecure-plaintext", refused.stderr)


class FullDisk(unittest.TestCase):
    def test_a_full_disk_is_said_and_nothing_is_lost(self):
        require("netns", "root")
        disk = pathlib.Path(tempfile.mkdtemp(prefix="sockdrift-disk-"))
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk], check=True)
        self.addCleanup(os.rmdir, disk)
        self.addCleanup(subprocess.run, ["umount", "--lazy", disk], check=True)
        with Fleet(data_dir=disk / "data") as fleet:
            fleet.start_controller()
            fleet.start_agent("a")
            fleet.wait_for_hosts("a")
            run = fleet.start_run("--deadline", "80s", "--jitter", "1s")
            filler = disk / "filler"
            with open(filler, "wb", buffering=0) as out:
                try:
                    while True:
                        out.write(b"x" * 4096)
                except OSError:
                    pass
            log = fleet.dir / "controller.log"
            wait_until(lambda: "disk of the data directory is full" in log.read_text(), "a word about the disk")
            self.assertEqual(fleet.metric("sockdrift_store_healthy"), 0)
            self.assertIn("full", fleet.cli("run", "--deadline", "5s", code=5))
            filler.unlink()
            ended = fleet.json("run", "--watch", run)
            self.assertEqual(listed(ended, "answered"), ["a"])
            wait_until(lambda: fleet.metric("sockdrift_store_healthy") == 1, "a healthy store")
            fleet.kill_controller()
            fleet.start_controller()
            self.assertEqual(listed(fleet.json("run", "--watch", run), "answered"), ["a"])


if __name__ == "__main__":
    unittest.main()
