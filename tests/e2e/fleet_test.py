"""Real controller, real agents: differences found, explained, measured."""
import base64
import gzip
import json
import pathlib
import re
import signal
import subprocess
import tempfile
import unittest
import urllib.error

from fleet import Fleet, listed, require, wait_until

PLANS = ["bind.conflict", "bind.privileged-port", "dual-stack.listener-reach", "reuse.restart"]


def data_of_report(page):
    packed = re.search(r'<script id="data"[^>]*>([^<]*)<', page)[1]
    return json.loads(gzip.decompress(base64.b64decode(packed)))


class DifferencesOfAFleet(unittest.TestCase):
    """One fleet for all questions: two plain hosts and three that differ."""

    @classmethod
    def setUpClass(cls):
        require("netns", "root")
        cls.fleet = Fleet()
        cls.addClassCleanup(cls.fleet.__exit__, None, None, None)
        cls.fleet.start_controller()
        cls.fleet.start_agent("plain-1", more=["--label", "pool=canary"])
        cls.fleet.start_agent("plain-2")
        cls.fleet.start_agent("bindv6only", "net.ipv6.bindv6only=1")
        cls.fleet.start_agent("no-ipv6", "net.ipv6.conf.all.disable_ipv6=1",
                              "net.ipv6.conf.default.disable_ipv6=1")
        cls.fleet.start_agent("low-ports", "net.ipv4.ip_unprivileged_port_start=80")
        cls.names = ["bindv6only", "low-ports", "no-ipv6", "plain-1", "plain-2"]
        cls.fleet.wait_for_hosts(*cls.names)
        cls.run_report = cls.fleet.run(*(word for plan in PLANS for word in ("--plan", plan)))

    def plan(self, name):
        report = self.fleet.json("explain", "--plan", name, code=1)
        self.assertEqual([plan["plan"] for plan in report["plans"]], [name])
        return report["plans"][0]

    def explained_by(self, plan, host):
        """The first candidate of the group that the host is in."""
        index = next(i for i, group in enumerate(plan["groups"]) if host in group["hosts"])
        explanation = next(e for e in plan["explanations"] if e["group"] == index)
        return explanation["candidates"][0]["text"]

    def test_every_host_answers(self):
        self.assertEqual(listed(self.run_report, "answered"), self.names)
        for name in ("failed", "late", "offline", "refused"):
            self.assertEqual(self.run_report[name], [])

    def test_hosts_that_are_set_up_alike_are_one_group(self):
        plan = self.plan("dual-stack.listener-reach")
        self.assertIn(["low-ports", "plain-1", "plain-2"], [sorted(g["hosts"]) for g in plan["groups"]])

    def test_the_explanation_names_the_sysctl(self):
        plan = self.plan("dual-stack.listener-reach")
        self.assertEqual(self.explained_by(plan, "bindv6only"), "net.ipv6.bindv6only = 1")
        self.assertIn("disable_ipv6 = 1", self.explained_by(plan, "no-ipv6"))
        ports = self.plan("bind.privileged-port")
        self.assertEqual(self.explained_by(ports, "low-ports"), "net.ipv4.ip_unprivileged_port_start = 80")

    def test_rules_cover_the_cells_that_differ(self):
        plan = self.plan("dual-stack.listener-reach")
        for index, group in enumerate(plan["groups"]):
            covered = sum(rule["cells"] for rule in plan["rules"] if rule["group"] == index)
            self.assertGreaterEqual(covered, group["differing_cells"])
            self.assertEqual(group["differing_cells"] == 0, index == 0)

    def test_genomes_are_equal_where_behaviour_is(self):
        hosts = self.fleet.hosts()
        self.assertEqual(hosts["plain-1"]["genome"], hosts["plain-2"]["genome"])
        self.assertEqual(len({hosts[name]["genome"] for name in self.names}), 4)
        self.assertEqual(hosts["plain-1"]["divergent_cells"], 0)

    def test_selectors_choose_by_label_fact_and_host(self):
        def chosen(selector):
            return sorted(h["host"] for h in self.fleet.json("hosts", "-l", selector)["hosts"])
        self.assertEqual(chosen("pool=canary"), ["plain-1"])
        self.assertEqual(chosen("net.ipv6.bindv6only=1"), ["bindv6only"])
        self.assertEqual(chosen("!pool,host in (plain-*)"), ["plain-2"])
        self.assertIn("column 6", self.fleet.cli("hosts", "-l", "pool==,", code=2).replace("column 7", "column 6"))

    def test_an_experiment_changes_what_is_seen_and_no_sighting(self):
        before = self.fleet.hosts()["plain-1"]["genome"]
        run = self.fleet.run("--plan", "dual-stack.listener-reach", "--set", "net.ipv6.bindv6only=1",
                             "-l", "host in (plain-1,bindv6only)")
        self.assertEqual(listed(run, "answered"), ["bindv6only", "plain-1"])
        seen = self.fleet.json("explain", "--run", run["run"])
        self.assertEqual([len(plan["groups"]) for plan in seen["plans"]], [1])
        self.assertEqual(self.fleet.hosts()["plain-1"]["genome"], before)

    def test_one_cell_can_be_asked_for(self):
        cell = self.plan("dual-stack.listener-reach")["rules"][0]["example"]
        run = self.fleet.run("--plan", "dual-stack.listener-reach",
                             "--cell", cell, "-l", "host=plain-1")
        self.assertTrue(run["plans"][0]["subset"])
        self.assertEqual(run["plans"][0]["done"], 1)

    def test_what_was_exported_is_imported_elsewhere_and_found_equal(self):
        with tempfile.TemporaryDirectory() as folder, Fleet() as other:
            path = str(pathlib.Path(folder) / "fleet.sockdrift")
            self.fleet.cli("export", path)
            other.start_controller()
            imported = other.json("import", path)
            self.assertEqual(sorted(imported["hosts"]), self.names)
            here = self.fleet.hosts()
            for name, host in other.hosts().items():
                self.assertEqual(host["genome"], here[name]["genome"])
                self.assertFalse(host["connected"])

    def test_a_host_that_is_connected_is_not_imported_over(self):
        with tempfile.TemporaryDirectory() as folder:
            path = str(pathlib.Path(folder) / "fleet.sockdrift")
            self.fleet.cli("export", path)
            self.assertIn("is connected", self.fleet.cli("import", path, code=2))

    def test_metrics_agree_with_the_groups_and_please_promtool(self):
        require("program:promtool")
        text = self.fleet.get("/metrics")
        lint = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True)
        self.assertEqual(lint.returncode, 0, lint.stdout + lint.stderr)
        self.assertEqual(lint.stdout + lint.stderr, "")
        self.assertEqual(self.fleet.metric('sockdrift_agents{state="connected"}'), 5)
        plan = self.plan("bind.conflict")
        self.assertEqual(self.fleet.metric('sockdrift_plan_behaviours{plan="bind.conflict",world="replica"}'),
                         len(plan["groups"]))
        self.assertEqual(self.fleet.metric('sockdrift_plan_divergent_cells{plan="bind.conflict",world="replica"}'),
                         plan["divergent_cells"])
        for line in text.splitlines():
            self.assertFalse('cell="' in line and 'host="' in line, line)

    def test_series_of_cells_are_capped_and_the_rest_counted(self):
        text = self.fleet.get("/metrics")
        cells = [line for line in text.splitlines() if line.startswith("sockdrift_divergent_cell_hosts{")]
        self.assertLessEqual(len(cells), 2000)
        self.assertGreater(self.fleet.metric("sockdrift_divergent_cell_series_dropped"), 0)

    def test_json_over_http_agrees_with_the_command_line(self):
        hosts = json.loads(self.fleet.get("/api/v1/hosts?selector=pool%3Dcanary"))["hosts"]
        self.assertEqual([host["host"] for host in hosts], ["plain-1"])
        raw = json.loads(self.fleet.get("/api/v1/hosts?selector=pool=canary"))["hosts"]
        self.assertEqual(raw, hosts)
        plans = json.loads(self.fleet.get("/api/v1/groups?plan=bind.privileged-port"))["plans"]
        here = self.plan("bind.privileged-port")
        self.assertEqual([g["hosts"] for g in plans[0]["groups"]], [g["hosts"] for g in here["groups"]])
        self.assertEqual(self.fleet.get("/healthz"), "ok\n")
        self.assertEqual(self.fleet.get("/readyz"), "ok\n")

    def test_what_was_proven_shows_over_http(self):
        scope = ("--plan", "bind.privileged-port")
        self.fleet.cli("explain", "--prove", *scope, code=1)
        [plan] = json.loads(self.fleet.get("/api/v1/groups?plan=bind.privileged-port"))["plans"]
        groups = [group["hosts"] for group in plan["groups"]]
        [low] = [one for one in plan["explanations"] if groups[one["group"]] == ["low-ports"]]
        self.assertEqual(low["candidates"][0]["text"], "net.ipv4.ip_unprivileged_port_start = 80")
        self.assertEqual(low["candidates"][0]["verdict"], "proven")
        self.assertIn("followed on both hosts", low["candidates"][0]["evidence"])
        # An experiment changes nothing of what is known of the hosts.
        here = self.plan("bind.privileged-port")
        self.assertEqual(groups, [group["hosts"] for group in here["groups"]])

    def test_the_report_has_the_groups_that_explain_has(self):
        live = data_of_report(self.fleet.get("/report?plan=bind.privileged-port"))
        [plan] = live["plans"]
        names = [host["name"] for host in live["hosts"]]
        self.assertEqual(names, self.names)
        groups = {tuple(names[host] for host in group["hosts"]): group for group in plan["groups"]}
        here = self.plan("bind.privileged-port")
        self.assertEqual(set(groups), {tuple(sorted(group["hosts"])) for group in here["groups"]})
        for group in here["groups"]:
            self.assertEqual(groups[tuple(sorted(group["hosts"]))]["differing"], group["differing_cells"])
        reasons = groups[("low-ports",)]["because"]
        self.assertEqual(reasons[0]["text"], "net.ipv4.ip_unprivileged_port_start = 80")

    def test_the_report_over_http_is_that_of_the_command_line(self):
        live = data_of_report(self.fleet.get("/report?selector=pool%3Dcanary&world=replica"))
        file = data_of_report(self.fleet.cli("report", "-l", "pool=canary", "--html", "-"))
        self.assertEqual([host["name"] for host in live["hosts"]], ["plain-1"])
        for part in ("title", "hosts", "facts", "profiles", "plans", "claims"):
            self.assertEqual(live[part], file[part], part)

    def test_a_report_of_nothing_says_why(self):
        for query, code in (("plan=no.such", 404), ("selector=%3D%3D", 400), ("world=moon", 400)):
            with self.assertRaises(urllib.error.HTTPError) as refused:
                self.fleet.get("/report?" + query)
            self.assertEqual(refused.exception.code, code)
            self.assertTrue(refused.exception.read().strip())


OWN_PLAN = """plan: own.claims
title: A claim of one's own
steps:
  - socket: {as: s, family: inet, type: stream, observe: s}
  - close: s
expect:
  - {id: made, says: It is made., source: socket(2), claim: OWN-1, outcome: {s: ok}}
"""


class PlansOfOnesOwn(unittest.TestCase):
    def claim(self, hosts):
        [text] = [claim["short"] for claim in data_of_report(hosts.get("/report"))["claims"] if claim["id"] == "OWN-1"]
        return text

    def test_their_claims_have_their_texts_in_the_report_and_are_read_again_with_them(self):
        require("netns", "root")
        with Fleet() as hosts:
            plans = hosts.dir / "plans"
            plans.mkdir()
            claims = plans / "claims.yaml"
            (plans / "own.yaml").write_text(OWN_PLAN)
            claims.write_text("claims:\n  OWN-1: {short: sockets can be made, says: Any host makes sockets.}\n")
            hosts.start_controller("--plans", str(plans))
            hosts.start_agent("one")
            hosts.wait_for_hosts("one")
            hosts.run("--plan", "own.claims")
            self.assertEqual(self.claim(hosts), "sockets can be made")
            first = hosts.get("/report")
            self.assertEqual(hosts.get("/report"), first)
            claims.write_text("claims:\n  OWN-1: {short: other words, says: Any host makes sockets.}\n")
            hosts.controller.send_signal(signal.SIGHUP)
            wait_until(lambda: self.claim(hosts) == "other words", "the new text")


if __name__ == "__main__":
    unittest.main()
