"""Every query of the dashboard, asked of a real Prometheus that scrapes a real
controller with agents; and the alerts, with promtool."""
import json
import re
import subprocess
import unittest

from fleet import SOURCE, Fleet, Prometheus, require, wait_until

DASHBOARD = SOURCE / "dashboards" / "fleet.json"
PANELS = {"stat", "timeseries", "table"}
# What a dashboard of schema 38 may have at its top, and a panel.
TOP_KEYS = {"title", "description", "tags", "timezone", "editable", "graphTooltip", "schemaVersion", "version",
            "refresh", "time", "annotations", "links", "templating", "panels"}
PANEL_KEYS = {"id", "type", "title", "description", "datasource", "gridPos", "targets", "fieldConfig", "options",
              "transformations"}


def dashboard():
    return json.loads(DASHBOARD.read_text())


class Shape(unittest.TestCase):
    def test_it_names_no_data_source_but_the_variable(self):
        text = DASHBOARD.read_text()
        self.assertEqual(set(re.findall(r'"uid": "([^"]*)"', text)), {"${datasource}"})
        self.assertNotIn("__inputs", text)
        self.assertEqual(dashboard()["templating"]["list"][0]["type"], "datasource")

    def test_every_key_is_one_that_grafana_knows(self):
        board = dashboard()
        self.assertEqual(set(board) - TOP_KEYS, set())
        for panel in board["panels"]:
            self.assertEqual(set(panel) - PANEL_KEYS, set(), panel["title"])
            self.assertIn(panel["type"], PANELS)
            self.assertEqual(set(panel["gridPos"]), {"x", "y", "w", "h"})
            self.assertNotEqual(panel["description"], "")

    def test_panels_have_ids_of_their_own_and_do_not_overlap(self):
        panels = dashboard()["panels"]
        self.assertEqual(len({panel["id"] for panel in panels}), len(panels))
        taken = set()
        for panel in panels:
            grid = panel["gridPos"]
            self.assertLessEqual(grid["x"] + grid["w"], 24)
            places = {(x, y) for x in range(grid["x"], grid["x"] + grid["w"])
                      for y in range(grid["y"], grid["y"] + grid["h"])}
            self.assertEqual(taken & places, set(), panel["title"])
            taken |= places


class Alerts(unittest.TestCase):
    def test_promtool_likes_the_rules_and_their_tests_pass(self):
        require("program:promtool")
        folder = SOURCE / "deploy" / "prometheus"
        for command in (["check", "rules", "rules.yml"], ["test", "rules", "rules_test.yml"]):
            done = subprocess.run(["promtool", *command], cwd=folder, capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_every_alert_has_its_section_in_the_operations_page(self):
        rules = (SOURCE / "deploy" / "prometheus" / "rules.yml").read_text()
        page = (SOURCE / "docs" / "operations.md").read_text()
        for alert in re.findall(r"alert: (\w+)", rules):
            self.assertIn(f"### {alert}\n", page)


class Metrics(unittest.TestCase):
    def test_the_page_and_the_source_name_the_same_families(self):
        source = (SOURCE / "controller" / "metrics" / "fleet_metrics.cc").read_text()
        page = (SOURCE / "docs" / "metrics.md").read_text()
        families = set(re.findall(r'"(sockdrift_\w+)"', source))
        self.assertEqual(families, set(re.findall(r"^\| `(sockdrift_\w+)`", page, re.MULTILINE)))


class Queries(unittest.TestCase):
    def setUp(self):
        require("netns", "root", "program:prometheus")

    def test_every_query_of_the_dashboard_returns_data(self):
        require("program:ss")
        with Fleet() as fleet:
            fleet.start_controller()
            fleet.start_agent("plain-1")
            fleet.start_agent("plain-2")
            fleet.start_agent("bindv6only", "net.ipv6.bindv6only=1")
            fleet.wait_for_hosts("plain-1", "plain-2", "bindv6only")
            prometheus = Prometheus(fleet)
            fleet.run("--plan", "dual-stack.listener-reach")
            rule = fleet.json("explain", code=1)["plans"][0]["rules"][0]
            fleet.cli("acknowledge", "add", "--where", rule["example"], "--owner", "net-team", "--reason", "known",
                      "--expires", "30d")
            wait_until(lambda: prometheus.ask("sockdrift_divergent_cell_hosts"), "a scrape of the answers")
            for panel in dashboard()["panels"]:
                for target in panel["targets"]:
                    query = (target["expr"].replace("$plan", ".*").replace("$world", ".*")
                             .replace("$__rate_interval", "1m"))
                    with self.subTest(panel=panel["title"], query=query):
                        wait_until(lambda query=query: prometheus.ask(query), "data", patience=20)
            for name in ("plan", "world"):
                variable = next(v for v in dashboard()["templating"]["list"] if v["name"] == name)
                series, label = re.fullmatch(r"label_values\((\w+), (\w+)\)", variable["definition"]).groups()
                self.assertTrue(prometheus.ask(f"count by ({label}) ({series})"))


if __name__ == "__main__":
    unittest.main()
