"""Every query of the dashboard, asked of a real Prometheus that scrapes a real
controller with agents; and the alerts, with promtool."""
import json
import re
import subprocess
import unittest
import urllib.error
import urllib.parse
import urllib.request

from fleet import SOURCE, Fleet, require, wait_until

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

    def start_prometheus(self, fleet):
        config = fleet.dir / "prometheus.yml"
        target = fleet.web.removeprefix("http://")
        config.write_text(
            "global: {scrape_interval: 1s, evaluation_interval: 1s}\n"
            f"rule_files: ['{SOURCE}/deploy/prometheus/rules.yml']\n"
            f"scrape_configs: [{{job_name: sockdrift, static_configs: [{{targets: ['{target}']}}]}}]\n")
        fleet.agents["prometheus"] = fleet._start("prometheus", [
            "prometheus", f"--config.file={config}", f"--storage.tsdb.path={fleet.dir}/tsdb",
            "--web.listen-address=127.0.0.1:0", "--log.format=logfmt"])
        log = fleet.dir / "prometheus.log"
        # It says which port it was given only through its own metrics; the
        # kernel says it at once.
        return wait_until(lambda: self.listening_port(fleet.agents["prometheus"].pid), f"a Prometheus: {log}")

    @staticmethod
    def listening_port(pid):
        done = subprocess.run(["ss", "-Hltnp"], capture_output=True, text=True)
        found = re.search(rf"127\.0\.0\.1:(\d+) .*pid={pid},", done.stdout)
        return found and found.group(1)

    def ask(self, port, query):
        url = f"http://127.0.0.1:{port}/api/v1/query?" + urllib.parse.urlencode({"query": query})
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return json.loads(answer.read())["data"]["result"]
        except urllib.error.HTTPError as error:
            if error.code == 503:  # it listens before it serves
                return []
            self.fail(f"{query}: {error.read().decode()}")
        except urllib.error.URLError:
            return []

    def test_every_query_of_the_dashboard_returns_data(self):
        require("program:ss")
        with Fleet() as fleet:
            fleet.start_controller()
            fleet.start_agent("plain-1")
            fleet.start_agent("plain-2")
            fleet.start_agent("bindv6only", "net.ipv6.bindv6only=1")
            fleet.wait_for_hosts("plain-1", "plain-2", "bindv6only")
            port = self.start_prometheus(fleet)
            wait_until(lambda: self.ask(port, 'up{job="sockdrift"} == 1'), "a first scrape")
            fleet.run("--plan", "dual-stack.listener-reach")
            wait_until(lambda: self.ask(port, "sockdrift_divergent_cell_hosts"), "a scrape of the answers")
            for panel in dashboard()["panels"]:
                for target in panel["targets"]:
                    query = (target["expr"].replace("$plan", ".*").replace("$world", ".*")
                             .replace("$__rate_interval", "1m"))
                    with self.subTest(panel=panel["title"], query=query):
                        wait_until(lambda query=query: self.ask(port, query), "data", patience=20)
            for name in ("plan", "world"):
                variable = next(v for v in dashboard()["templating"]["list"] if v["name"] == name)
                series, label = re.fullmatch(r"label_values\((\w+), (\w+)\)", variable["definition"]).groups()
                self.assertTrue(self.ask(port, f"count by ({label}) ({series})"))


if __name__ == "__main__":
    unittest.main()
