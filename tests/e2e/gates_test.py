"""Gates of a controller: verdicts on real agents, over gRPC and HTTP."""
import json
import pathlib
import subprocess
import unittest
import urllib.error
import urllib.request

from fleet import SOURCE, Fleet, require, wait_until

PLAN = "bind.privileged-port"
LOW_PORTS = "net.ipv4.ip_unprivileged_port_start=80"
PASS, FAIL, INVALID, INCONCLUSIVE = 0, 1, 2, 3

GATES = {
    "good": "gate: good\nbaseline: baseline:prod\ncandidates: pool=good\n",
    "bad": "gate: bad\nbaseline: baseline:prod\ncandidates: pool=bad\n",
    "few": "gate: few\nbaseline: baseline:prod\ncandidates: pool=good\nminHosts: 2\n",
    "waived": ("gate: waived\nbaseline: [baseline:prod]\ncandidates: pool=bad\nwaivers:\n"
               "  - {id: W1, match: bind.*, reason: known, owner: net, expires: 2999-01-01}\n"),
    "lost": "gate: lost\nbaseline: baseline:none\ncandidates: pool=good\n",
}
VERDICTS = {"good": "PASS", "bad": "FAIL", "few": "INCONCLUSIVE", "waived": "PASS", "lost": "INCONCLUSIVE"}
CODES = {"PASS": PASS, "FAIL": FAIL, "INCONCLUSIVE": INCONCLUSIVE}


class GateFleet(unittest.TestCase):
    """A baseline of one host; one candidate like it, one unlike it."""

    @classmethod
    def setUpClass(cls):
        require("netns", "root")
        cls.fleet = Fleet()
        cls.addClassCleanup(cls.fleet.__exit__, None, None, None)
        cls.gates = cls.fleet.dir / "gates"
        cls.gates.mkdir()
        for name, text in GATES.items():
            (cls.gates / f"{name}.yaml").write_text(text)
        cls.fleet.start_controller("--gates", str(cls.gates))
        cls.fleet.start_agent("prod", more=["--label", "pool=prod"])
        cls.fleet.start_agent("good", more=["--label", "pool=good"])
        cls.fleet.start_agent("bad", LOW_PORTS, more=["--label", "pool=bad"])
        cls.fleet.wait_for_hosts("prod", "good", "bad")
        cls.fleet.run("--plan", PLAN)
        cls.fleet.cli("baseline", "set", "prod", "-l", "pool=prod")

    def judged(self, *arguments, code):
        document = self.fleet.json("gate", *arguments, code=code)
        self.assertEqual(CODES[document["verdict"]], code)
        return document

    def post(self, path, body):
        request = urllib.request.Request(self.fleet.web + path, json.dumps(body).encode(), method="POST")
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def verdict(self, name):
        with urllib.request.urlopen(f"{self.fleet.web}/api/v1/gates/{name}/verdict", timeout=60) as answer:
            return json.loads(answer.read())


class NamedGates(GateFleet):
    def test_each_has_its_verdict_and_exit_code(self):
        for name, verdict in VERDICTS.items():
            with self.subTest(gate=name):
                document = self.judged(name, code=CODES[verdict])
                self.assertEqual(document["gate"], name)
                self.assertEqual(document["verdict"], verdict)
                self.assertEqual(document["schema"], "sockdrift.gate/1")

    def test_what_fails_was_run_again_and_nothing_else(self):
        bad = self.judged("bad", code=FAIL)
        cells = bad["failing"]
        self.assertGreater(cells, 0)
        self.assertTrue(any(f"{cells} of {cells} divergent cells did the same again" in reason
                            for reason in bad["reasons"]), bad["reasons"])
        self.assertEqual(self.judged("good", code=PASS)["notes"], [])
        self.assertEqual(self.judged("waived", code=PASS)["notes"], [])
        # An experiment: what is known of the host is what it was.
        self.assertEqual(self.fleet.hosts()["bad"]["divergent_cells"], cells)

    def test_a_baseline_that_is_not_there_is_no_pass(self):
        lost = self.judged("lost", code=INCONCLUSIVE)
        self.assertTrue(any("there is no baseline none" in reason for reason in lost["reasons"]))

    def test_all_reports_come_from_one_verdict(self):
        folder = self.fleet.dir
        out = self.fleet.cli("gate", "bad", "--report", f"junit={folder}/j.xml", "--report", f"sarif={folder}/s.json",
                             "--report", f"md={folder}/m.md", code=FAIL)
        self.assertIn("FAIL  bad: ", out)
        self.assertIn("bind: EACCES → ok", out)
        self.assertIn("<testsuites>", (folder / "j.xml").read_text())
        self.assertEqual(json.loads((folder / "s.json").read_text())["version"], "2.1.0")
        self.assertIn("## sockdrift gate bad: FAIL", (folder / "m.md").read_text())

    def test_one_that_is_not_there_names_those_that_are(self):
        self.assertIn("there is no gate god; there are bad, few, good, lost, waived",
                      self.fleet.cli("gate", "god", code=INVALID))
        with self.assertRaises(urllib.error.HTTPError) as caught:
            self.verdict("god")
        self.assertEqual(caught.exception.code, 404)

    def test_argo_rollouts_finds_what_it_asks_for(self):
        for name, verdict in VERDICTS.items():
            with self.subTest(gate=name):
                data = self.verdict(name)["data"]
                self.assertEqual(data["verdict"], verdict)
                self.assertEqual(data["ok"], verdict == "PASS")
                self.assertEqual(data["inconclusive"], verdict == "INCONCLUSIVE")
                self.assertEqual(data["newDivergences"] > 0, verdict == "FAIL")
                self.assertTrue(data["reasons"])
        self.assertEqual(self.verdict("bad")["data"]["hosts"], {"baseline": 1, "candidate": 1})
        self.assertEqual(self.verdict("bad")["report"]["schema"], "sockdrift.gate/1")

    def test_flagger_is_told_by_the_status(self):
        for name, code in (("good", 200), ("bad", 412), ("few", 424), ("none", 404)):
            with self.subTest(gate=name):
                status, line = self.post("/api/v1/hooks/flagger", {
                    "name": "app", "namespace": "prod", "phase": "Progressing", "metadata": {"gate": name}})
                self.assertEqual(status, code, line)
                self.assertEqual(line.count("\n"), 1)
        for body in ({}, [], {"metadata": {"gate": 1}}, {"metadata": "x"}):
            self.assertEqual(self.post("/api/v1/hooks/flagger", body)[0], 400)

    def test_metrics_have_every_series_of_every_gate(self):
        for name, verdict in VERDICTS.items():
            self.verdict(name)
            self.assertEqual(self.fleet.metric(f'sockdrift_gate_pass{{gate="{name}"}}'), verdict == "PASS")
            for one in CODES:
                self.assertEqual(
                    self.fleet.metric(f'sockdrift_gate_verdict{{gate="{name}",verdict="{one}"}}'), one == verdict)

    def test_the_list_has_verdicts_and_files(self):
        self.verdict("bad")
        gates = {gate["gate"]: gate for gate in json.loads(self.fleet.get("/api/v1/gates"))["gates"]}
        self.assertEqual(set(gates), set(GATES))
        self.assertEqual(gates["bad"]["verdict"], "FAIL")
        self.assertEqual(gates["bad"]["file"], str(self.gates / "bad.yaml"))
        self.assertEqual(gates["bad"]["baseline"], ["baseline:prod"])


class GatesOfOperands(GateFleet):
    def test_hosts_are_judged_by_selector_and_by_name(self):
        self.assertEqual(self.judged("--baseline", "baseline:prod", "-l", "pool=good", code=PASS)["failing"], 0)
        self.assertGreater(self.judged("--baseline", "baseline:prod", "--candidate", "host:bad", code=FAIL)["failing"], 0)
        self.judged("--baseline", "host:prod", "--candidate", "selector:pool=bad", code=FAIL)
        self.judged("--baseline", "selector:pool in (prod,bad)", "-l", "pool=bad", code=PASS)

    def test_files_and_the_fleet_meet(self):
        text = self.fleet.dir / "prod.baseline"
        self.fleet.cli("baseline", "export", "prod", str(text))
        bad = self.fleet.dir / "bad.sockdrift"
        self.fleet.cli("export", str(bad), "-l", "pool=bad")
        again = self.judged("--baseline", str(text), "-l", "pool=bad", code=FAIL)
        self.assertTrue(any("did the same again" in note for note in again["notes"]))
        files = self.judged("--baseline", "baseline:prod", "--candidate", str(bad), code=FAIL)
        self.assertTrue(any("behaviour files cannot be" in note for note in files["notes"]))
        self.assertIn("not both", self.fleet.cli("gate", "--baseline", str(text), "--candidate", str(bad),
                                                 "-l", "pool=bad", code=INVALID))

    def test_running_again_can_be_left_out(self):
        judged = self.judged("--baseline", "baseline:prod", "-l", "pool=bad", "--no-confirm", code=FAIL)
        self.assertEqual(judged["notes"], [])

    def test_what_is_wrong_is_said_and_nothing_judged(self):
        for arguments, says in (
                (["--baseline", "baseline:none", "-l", "pool=bad"], "there is no baseline none"),
                (["--baseline", "baseline:prod", "--candidate", "host:none"], "there is no host none"),
                (["--baseline", "baseline:prod", "-l", "pool in ("], "selector"),
                (["--baseline", "baseline:prod"], "give --baseline and --candidate"),
                (["good", "--baseline", "baseline:prod"], "says itself what it compares")):
            self.assertIn(says, self.fleet.cli("gate", *arguments, code=INVALID))

    def test_no_host_is_no_pass(self):
        gaps = self.judged("--baseline", "baseline:prod", "-l", "pool=nowhere", code=INCONCLUSIVE)["gaps"]
        self.assertIn("too-few-hosts", [gap["kind"] for gap in gaps])


class ReloadedGates(GateFleet):
    def test_a_bad_file_keeps_its_gate_and_says_so(self):
        bad = self.gates / "bad.yaml"
        bad.write_text("gate: bad\nbaseline: nonsense\ncandidate: x\nminHosts: 0\n")
        (self.gates / "new.yaml").write_text("gate: new\nbaseline: host:prod\ncandidates: pool=good\n")
        self.fleet.controller.send_signal(1)
        listed = wait_until(lambda: (lambda d: d if d["reload_error"] else None)(
            json.loads(self.fleet.get("/api/v1/gates"))), "the reload")
        for mistake in ("bad.yaml:2:", "`baseline:` is baseline:NAME", "`minHosts:`", "candidate"):
            self.assertIn(mistake, listed["reload_error"])
        self.assertEqual(self.fleet.metric("sockdrift_gates_last_reload_successful"), 0)
        self.assertIn("gates stay as they were", (self.fleet.dir / "controller.log").read_text())
        self.judged("bad", code=FAIL)
        # The files that are right were taken.
        self.judged("new", code=PASS)
        bad.write_text(GATES["bad"])
        self.fleet.controller.send_signal(1)
        wait_until(lambda: self.fleet.metric("sockdrift_gates_last_reload_successful") == 1, "the reload")
        (self.gates / "new.yaml").unlink()
        self.fleet.controller.send_signal(1)
        wait_until(lambda: "new" not in self.fleet.get("/api/v1/gates"), "the reload")

    def test_a_controller_does_not_begin_with_a_wrong_gate(self):
        folder = self.fleet.dir / "wrong"
        folder.mkdir()
        (folder / "a.yaml").write_text("gate: a b\nrules: 1\n")
        (folder / "b.yaml").write_text("gate: b\nbaseline: baseline:x\n")
        argv = self.fleet.controller_argv("--gates", str(folder), "--data-dir", str(self.fleet.dir / "other"))
        argv[argv.index("--listen") + 1] = f"unix:{self.fleet.dir}/other.sock"
        data = argv.index("--data-dir")
        del argv[data:data + 2]
        end = subprocess.run(argv, capture_output=True, text=True, timeout=60)
        self.assertEqual(end.returncode, 2, end.stderr)
        self.assertIn("`rules:` is a list", end.stderr)
        self.assertIn("b.yaml: `candidates:` is missing", end.stderr)


class WhatIsMissing(GateFleet):
    """Hosts that cannot be judged as they are."""

    def namespace(self, name, sysctl):
        key, value = sysctl.split("=")
        subprocess.run(["nsenter", f"--net=/proc/{self.fleet.agents[name].pid}/ns/net", "sh", "-c",
                        f"echo {value} > /proc/sys/{key.replace('.', '/')}"], check=True)

    def test_a_divergence_that_does_not_repeat_is_inconclusive(self):
        # The host was measured with other settings than it has by now.
        self.fleet.start_agent("turned", LOW_PORTS, more=["--label", "pool=turned"])
        self.fleet.wait_for_hosts("turned")
        self.fleet.run("--plan", PLAN, "-l", "pool=turned")
        self.namespace("turned", "net.ipv4.ip_unprivileged_port_start=1024")
        judged = self.judged("--baseline", "baseline:prod", "-l", "pool=turned", code=INCONCLUSIVE)
        self.assertTrue(any("not confirmed" in note for note in judged["notes"]), judged["reasons"])
        self.assertEqual([(gap["kind"], gap["status"]) for gap in judged["gaps"]], [("cells-missing", "UNSTABLE")])
        self.judged("--baseline", "baseline:prod", "-l", "pool=turned", "--no-confirm", code=FAIL)

    def test_a_host_that_is_gone_is_judged_by_what_it_showed(self):
        self.fleet.start_agent("gone", LOW_PORTS, more=["--label", "pool=gone"])
        self.fleet.wait_for_hosts("gone")
        self.fleet.run("--plan", PLAN, "-l", "pool=gone")
        self.fleet.stop_agent("gone")
        wait_until(lambda: not self.fleet.hosts()["gone"]["connected"], "the host to be gone")
        judged = self.judged("--baseline", "baseline:prod", "-l", "pool=gone", code=FAIL)
        self.assertTrue(any("not run again" in note and "what was measured stands" in note
                            for note in judged["notes"]), judged["notes"])

    def test_a_host_that_was_never_measured_is_no_pass(self):
        self.fleet.start_agent("fresh", more=["--label", "pool=fresh"])
        self.fleet.wait_for_hosts("fresh")
        gaps = self.judged("--baseline", "baseline:prod", "-l", "pool in (good,fresh)", code=INCONCLUSIVE)["gaps"]
        self.assertEqual([(gap["kind"], gap["hosts"]) for gap in gaps], [("host-unusable", ["fresh"])])
        self.assertIn("never measured", gaps[0]["text"])

    def test_a_host_that_has_changed_since_is_no_pass(self):
        self.fleet.start_agent("new", more=["--label", "pool=new"])
        self.fleet.wait_for_hosts("new")
        self.fleet.run("--plan", PLAN, "-l", "pool=new")
        self.judged("--baseline", "baseline:prod", "-l", "pool=new", code=PASS)
        self.fleet.stop_agent("new")
        self.fleet.start_agent("new", "net.ipv6.bindv6only=1", more=["--label", "pool=new"])
        wait_until(lambda: self.fleet.hosts()["new"]["facts"].get("net.ipv6.bindv6only") == "1", "its new facts")
        gaps = self.judged("--baseline", "baseline:prod", "-l", "pool=new", code=INCONCLUSIVE)["gaps"]
        self.assertIn("net.ipv6.bindv6only was 0, is 1", gaps[0]["text"])

    def test_what_is_too_old_is_no_pass(self):
        rules = pathlib.Path(self.fleet.dir) / "young.yaml"
        rules.write_text("gate: young\nmaxAge: 1ms\n")
        gaps = self.judged("--baseline", "baseline:prod", "-l", "pool=good", "--rules", str(rules),
                           code=INCONCLUSIVE)["gaps"]
        self.assertIn("longer ago than 1ms", gaps[0]["text"])


if __name__ == "__main__":
    unittest.main()
