#!/usr/bin/env python3
"""The report's page in a real browser, headless.

Two network namespaces with other sysctls are two hosts, one of which has a name
made to break out of the page. What the page shows is held to what `audit
--output json`, `diff` and `plans show` say. SOCKDRIFT_SCREENSHOTS names a
folder for pictures of the page in each size and theme.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from browser import SIZES, open_report, start_browser, wait_until
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

SOCKDRIFT = os.environ["SOCKDRIFT"]
PLANS = ["bind.privileged-port", "dual-stack.listener-reach", "errno.socket"]
PLAN = PLANS[0]
WIDE = "bind.conflict"  # the labels of its rows are wider than a phone
HOSTILE = '</script><img src=x onerror=document.title="broken">'
OWN_PLAN = f"""plan: own.hostile
title: '{HOSTILE}'
axes: {{type: [stream, dgram]}}
steps:
  - socket: {{as: s, family: inet, type: $type, observe: made}}
  - close: {{of: s}}
"""

if subprocess.run(["unshare", "--net", "--uts", "true"], capture_output=True).returncode != 0:
    print("SKIPPED: needs netns: unshare --net --uts is refused here")
    sys.exit(77)

# Every text's contrast with what is behind it, where it is below WCAG's AA.
LOW_CONTRAST = """
const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
const linear = (v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
const behind = (node) => {
  for (; node; node = node.parentElement) {
    const colour = parse(getComputedStyle(node).backgroundColor);
    if (colour.length === 3 || colour[3] > 0) return colour;
  }
  return [255, 255, 255];
};
const low = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
let seen = 0;
while (walker.nextNode()) {
  const node = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || !node.checkVisibility() || node.closest("script,style,noscript,option,:disabled")) continue;
  const style = getComputedStyle(node);
  const [a, b] = [light(parse(style.color)), light(behind(node))].sort((x, y) => y - x);
  const size = parseFloat(style.fontSize);
  const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
  const ratio = (a + 0.05) / (b + 0.05);
  ++seen;
  if (ratio < (large ? 3 : 4.5)) low.push(`${ratio.toFixed(2)}: ${walker.currentNode.data.trim().slice(0, 40)} (${node.className})`);
}
return {seen, low};
"""

# Controls without a name, ids that stand twice, tables without heads.
UNNAMED = """
const wrong = [];
const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
ids.filter((id, i) => ids.indexOf(id) !== i).forEach((id) => wrong.push(`id ${id} twice`));
for (const node of document.querySelectorAll("button,input,select,[role=application],[role=region],[tabindex='0']")) {
  const label = node.getAttribute("aria-label") || node.labels?.[0]?.textContent || node.textContent;
  if (!label.trim()) wrong.push(`no name: ${node.outerHTML.slice(0, 80)}`);
}
for (const node of document.querySelectorAll("[aria-labelledby],[aria-describedby]")) {
  for (const id of [node.getAttribute("aria-labelledby"), node.getAttribute("aria-describedby")]) {
    if (id && !document.getElementById(id)) wrong.push(`${id} is not there`);
  }
}
for (const table of document.querySelectorAll("table")) {
  if (!table.querySelector("th[scope]")) wrong.push("a table without heads");
}
return wrong;
"""


def run(*arguments, ok=(0,)):
    environment = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "SOCKDRIFT_CONTROLLER")}
    end = subprocess.run([SOCKDRIFT, *map(str, arguments)], capture_output=True, text=True, env=environment)
    if end.returncode not in ok:
        raise AssertionError(f"{arguments}: exit code {end.returncode}: {end.stderr}")
    return end


class PageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.kept = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.kept.name)
        cls.own = cls.folder / "plans"
        cls.own.mkdir()
        (cls.own / "own.yaml").write_text(OWN_PLAN)
        cls.before = cls.audit("before", 1024, "plain")
        cls.after = cls.audit("after", 80, HOSTILE)
        cls.page = cls.folder / "report.html"
        run("report", cls.folder / "before", cls.folder / "after", "--plans", cls.own, "--html", cls.page)
        cls.browser = start_browser()

    @classmethod
    def tearDownClass(cls):
        cls.browser.quit()
        cls.kept.cleanup()

    @classmethod
    def audit(cls, name, first_port, host):
        """A host of that name whose ordinary users may bind ports from first_port on."""
        plans = " ".join(f"--plan {plan}" for plan in [*PLANS, "own.hostile", WIDE])
        script = (f"echo {first_port} > /proc/sys/net/ipv4/ip_unprivileged_port_start && "
                  f"printf %s \"$0\" > /proc/sys/kernel/hostname && "
                  f"exec {SOCKDRIFT} audit {plans} --plans {cls.own} --save {cls.folder / name} --output json")
        end = subprocess.run(["unshare", "--net", "--uts", "sh", "-c", script, host], capture_output=True, text=True)
        if not (cls.folder / name).exists():
            raise AssertionError(f"the audit of {name} failed: {end.stderr}")
        return {plan["plan"]: plan for plan in json.loads(end.stdout)["plans"]}

    def setUp(self):
        self.open()

    def open(self, page=None, size="desktop", theme="light", fragment=""):
        open_report(self.browser, (page or self.page).as_uri() + fragment, size, theme)

    def js(self, script, *arguments):
        return self.browser.execute_script(script, *arguments)

    def find(self, selector):
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def choose(self, field, value):
        self.js("const e = document.getElementById(arguments[0]); e.value = arguments[1];"
                "e.dispatchEvent(new Event('input', {bubbles: true})); e.dispatchEvent(new Event('change', {bubbles: true}));", field, value)
        self.assertEqual(self.js("return document.getElementById(arguments[0]).value", field), value)

    def count(self):
        """Cells and plans that match, as the bar says."""
        found = re.match(r"([\d,]+) of [\d,]+ cells in (\d+) plan", self.find("#f-count").text)
        return int(found[1].replace(",", "")), int(found[2])

    def press(self, *keys):
        for key in keys:
            self.browser.switch_to.active_element.send_keys(key)

    def open_plan(self, name):
        for button in self.all("button.plan"):
            if button.find_element(By.CSS_SELECTOR, ".name").text == name:
                button.click()
                return
        self.fail(f"no plan {name}")

    def test_loads_nothing_and_says_no_error(self):
        self.assertEqual(self.browser.get_log("browser"), [])
        urls = set()
        for entry in self.browser.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                urls.add(message["params"]["request"]["url"])
        self.assertEqual({url for url in urls if url != "about:blank"}, {self.page.as_uri()})
        policy = self.find("meta[http-equiv]").get_attribute("content")
        self.assertTrue(policy.startswith("default-src 'none';"), policy)
        self.assertNotIn("unsafe", policy)

    def test_the_policy_stops_a_script_that_is_not_the_page_s(self):
        text = self.page.read_text().replace("</body>", "<script>document.title = 'run'</script></body>")
        changed = self.folder / "changed.html"
        changed.write_text(text)
        self.open(changed)
        self.assertNotEqual(self.browser.title, "run")
        self.assertIn("Content Security Policy", self.browser.get_log("browser")[0]["message"])

    def test_the_summary_is_what_diff_says(self):
        diff = json.loads(run("diff", self.folder / "before", self.folder / "after", "--output", "json", ok=(1,)).stdout)
        self.assertIn("DIFFERENT", self.find("#verdict").text)
        tiles = {tile.find_element(By.TAG_NAME, "dt").text: tile.find_element(By.TAG_NAME, "dd").text.replace(",", "")
                 for tile in self.all(".tile")}
        self.assertEqual(int(tiles["differ"]), diff["differing"])
        self.assertEqual(int(tiles["compared"]), diff["compared"])
        self.assertEqual(tiles["hosts"], "2")
        differing = {plan["plan"]: plan["differing"] for plan in diff["plans"] if plan["differing"]}
        shown = {row.find_element(By.CSS_SELECTOR, ".name").text: row.find_element(By.CSS_SELECTOR, ".state").text
                 for row in self.all("button.plan.differs")}
        self.assertEqual({name: int(re.search(r"≠ ([\d,]+)", text)[1].replace(",", "")) for name, text in shown.items()}, differing)

    def test_who_differs_where_and_why_is_on_the_first_screen(self):
        card = self.find("#cards article:nth-of-type(2)")
        self.assertIn("net.ipv4.ip_unprivileged_port_start = 80", card.text)
        self.assertIn(PLAN, card.text)
        self.assertIn("EACCES → ok", card.text)
        self.assertLess(card.rect["y"], SIZES["desktop"][1])

    def test_names_from_elsewhere_are_text(self):
        self.assertIn(HOSTILE, self.find("#cards").text)
        self.open_plan("own.hostile")
        self.assertIn(HOSTILE, self.find("#plan-head").text)
        self.assertEqual(self.all("img"), [])
        self.assertNotEqual(self.browser.title, "broken")

    def test_a_cell_s_answers_are_those_of_the_behaviour_files(self):
        for name in PLANS:
            cells = self.before[name]["cells"]
            for number in range(0, len(cells), max(1, len(cells) // 7)):
                axes = "[" + ",".join(f"{k}={v}" for k, v in cells[number]["axes"].items()) + "]"
                self.open(fragment="#" + name + "%20(replica)" + axes.replace("%", "%25"))
                self.assertIn(name + axes, self.find("#cell-body .name").text)
                rows = self.js("return [...document.querySelectorAll('.calls tbody tr')].map(tr => [...tr.cells].map(td => td.textContent))")
                for side, audit in enumerate((self.before, self.after)):
                    wanted = audit[name]["cells"][number]["outcomes"]
                    columns = {row[2]: row[-1] if len(rows[0]) == 4 else row[3 + side] for row in rows if row[2]}
                    self.assertEqual({k: v for k, v in columns.items() if v}, wanted, name + axes)
                calls = json.loads(run("plans", "show", name, "--cell", axes, "--output", "json").stdout)["calls"]
                self.assertEqual([row[1] for row in rows], [call.split("   → ")[0] for call in calls])

    def test_filters_let_through_what_they_say(self):
        cells = [(a, b) for name in self.before for a, b in zip(self.before[name]["cells"], self.after[name]["cells"])]
        self.assertEqual(self.count()[0], len(cells))

        def matching(is_good):
            return sum(1 for a, b in cells if is_good(a) or is_good(b))
        self.choose("f-outcome", "EACCES")
        self.assertEqual(self.count()[0], matching(lambda c: "EACCES" in c["outcomes"].values()))
        self.find("#f-reset").click()
        self.choose("f-address", "=::1")
        self.assertEqual(self.count()[0], matching(lambda c: "::1" in c["axes"].values()))
        self.choose("f-address", "")
        self.choose("f-plan", "errno")
        self.assertEqual(self.count(), (len(self.before["errno.socket"]["cells"]), 1))
        self.choose("f-plan", "")
        self.choose("f-state", "1")
        differing = sum(a["outcomes"] != b["outcomes"] for a, b in cells)
        self.assertEqual(self.count()[0], differing)
        self.choose("f-text", "cap=none port=80")
        in_words = matching(lambda c: c["axes"].get("cap") == "none" and c["axes"].get("port") == "80")
        self.assertGreater(in_words, 0)
        self.assertLessEqual(self.count()[0], in_words)
        self.choose("f-text", "nothing-of-that-name")
        self.assertEqual(self.count()[0], 0)
        self.assertIn("No cell matches", self.find("#plans").text)

    def test_a_rule_shows_its_cells(self):
        self.open_plan(PLAN)
        rule = self.all("button.rule")[0]
        wanted = int(re.search(r"([\d,]+) cells", rule.text)[1].replace(",", ""))
        rule.click()
        self.assertEqual(self.count(), (wanted, 1))
        pressed = self.find("button.rule[aria-pressed=true]")
        self.assertEqual(self.js("return document.activeElement"), pressed)
        pressed.click()
        self.assertGreater(self.count()[0], wanted)

    def test_the_keyboard_alone_reaches_and_opens_a_cell(self):
        self.open_plan(PLAN)
        for _ in range(200):
            self.press(Keys.TAB)
            if self.js("return document.activeElement.id") == "map":
                break
        self.assertEqual(self.js("return document.activeElement.id"), "map")
        self.assertGreaterEqual(self.js("return parseFloat(getComputedStyle(document.activeElement).outlineWidth)"), 2)
        first = self.find("#readout").text
        self.press(Keys.ARROW_DOWN)
        second = self.find("#readout").text
        self.assertNotEqual(first, second)
        self.press(Keys.ENTER)
        self.assertTrue(self.find("#cell").is_displayed())
        name = self.find("#cell-body .name").text
        self.assertIn(name.removeprefix(PLAN), second)
        self.press(Keys.ARROW_RIGHT)
        self.assertNotEqual(self.find("#cell-body .name").text, name)
        self.press(Keys.ESCAPE)
        self.assertFalse(self.find("#cell").is_displayed())
        self.assertEqual(self.js("return document.activeElement.id"), "map")

    def test_the_table_says_what_the_map_shows(self):
        self.open_plan(PLAN)
        self.find("#tab-table").click()
        rows = self.js("return [...document.querySelectorAll('#table tbody tr')].map(tr => tr.textContent)")
        cells = self.before[PLAN]["cells"]
        self.assertEqual(len(rows), min(100, len(cells)))
        differing = sum(a["outcomes"] != b["outcomes"] for a, b in zip(cells, self.after[PLAN]["cells"]))
        self.assertEqual(sum("differs" in row for row in rows), differing)
        self.find("#table tbody button").click()
        self.assertTrue(self.find("#cell").is_displayed())

    def test_every_size_and_theme_can_be_read(self):
        for size in SIZES:
            for theme in ("light", "dark"):
                with self.subTest(size=size, theme=theme):
                    self.open(size=size, theme=theme)
                    self.open_plan(PLAN)
                    self.js("document.querySelectorAll('details').forEach(d => d.open = true)")
                    self.picture(f"{size}-{theme}")
                    self.readable(size)
                    self.js("document.querySelector('#tab-table').click(); document.querySelector('#table tbody button').click()")
                    self.picture(f"{size}-{theme}-cell")
                    self.readable(size)

    def test_a_phone_shows_cells_beside_many_labels(self):
        page = self.folder / "wide.html"
        run("report", self.folder / "before", "--plan", WIDE, "--html", page)
        self.open(page, size="phone")
        self.assertGreater(self.js("return document.getElementById('map').scrollLeft"), 0)
        self.js("""const map = document.getElementById('map'), box = map.getBoundingClientRect();
            map.dispatchEvent(new PointerEvent('pointermove', {clientX: box.right - 110, clientY: box.bottom - 35, bubbles: true}))""")
        self.assertIn("[", self.find("#readout").text)

    def readable(self, size):
        self.assertLessEqual(self.js("return document.documentElement.scrollWidth"), SIZES[size][0])
        contrast = self.js(LOW_CONTRAST)
        self.assertGreater(contrast["seen"], 100)
        self.assertEqual(contrast["low"], [])

    def picture(self, name):
        folder = os.environ.get("SOCKDRIFT_SCREENSHOTS")
        if folder:
            self.browser.save_screenshot(f"{folder}/{name}.png")

    def test_the_theme_can_be_switched(self):
        before = self.js("return getComputedStyle(document.body).backgroundColor")
        self.find("#theme").click()
        self.assertNotEqual(self.js("return getComputedStyle(document.body).backgroundColor"), before)
        self.find("#theme").click()
        self.assertEqual(self.js("return getComputedStyle(document.body).backgroundColor"), before)

    def test_a_screen_reader_has_names_for_everything(self):
        self.open_plan(PLAN)
        self.assertEqual(self.js(UNNAMED), [])
        self.find("#tab-table").click()
        self.find("#table tbody button").click()
        self.assertEqual(self.js(UNNAMED), [])

    def test_one_host_alone_is_shown_too(self):
        page = self.folder / "one.html"
        run("report", self.folder / "before", "--html", page)
        self.open(page)
        self.assertIn("ONE HOST", self.find("#verdict").text)
        self.assertFalse(self.find("#groups").is_displayed())
        self.open_plan(PLAN)
        self.assertIn("EACCES", self.find("#legend").text)

    def test_what_was_not_tested_is_told(self):
        skipped = sum(c["status"] == "SKIP" for plan in self.before.values() for c in plan["cells"])
        self.assertIn("Every cell was tested" if skipped == 0 else "SKIP", self.find("#untested-body").text)

    def test_what_is_wrong_is_said_and_nothing_is_written(self):
        page = self.folder / "never.html"
        for arguments, word in ((["--html", page], "--controller"),
                                ([self.folder / "before"], "--html"),
                                ([self.page, "--html", page], "no behaviour file"),
                                ([self.folder / "before", "--plan", "bind.privileged-prot", "--html", page], PLAN)):
            end = run("report", *arguments, ok=(2,))
            self.assertIn(word, end.stderr)
            self.assertFalse(page.exists())
        end = run("report", self.folder / "before", "--world", "host", "--html", page, ok=(3,))
        self.assertIn("nothing to report", end.stderr)
        end = run("report", self.folder / "before", "--html", "/proc/never.html", ok=(5,))
        self.assertIn("nothing was written", end.stderr)

    def test_a_report_can_go_to_standard_output(self):
        text = run("report", self.folder / "before", "--plan", PLAN, "--html", "-").stdout
        self.assertTrue(text.startswith("<!doctype html>"))
        self.assertTrue(text.rstrip().endswith("</html>"))

    def test_data_that_are_cut_short_are_told(self):
        text = re.sub(r'(<script id="data"[^>]*>[^<]{100})[^<]*', r"\1", self.page.read_text())
        broken = self.folder / "broken.html"
        broken.write_text(text)
        self.browser.get(broken.as_uri())
        wait_until(self.browser, lambda: "cannot be shown" in self.find("#loading").text)


if __name__ == "__main__":
    unittest.main()
