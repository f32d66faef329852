#!/usr/bin/env python3
"""`sockdrift gate` over behaviour files that audits of this machine made.

Two network namespaces with other sysctls are two hosts. The reports are held to
the published schemas in tests/schemas.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

from debian_python import begin_again

try:
    import jsonschema
    from lxml import etree
except ImportError as missing:
    print(f"SKIPPED: {begin_again(missing)}")
    sys.exit(77)

ROOT = pathlib.Path(os.environ["SOCKDRIFT_SOURCE_DIR"])
SOCKDRIFT = os.environ["SOCKDRIFT"]
PLAN = "bind.privileged-port"
PASS, FAIL, INVALID, INCONCLUSIVE, FAULT = 0, 1, 2, 3, 5

if subprocess.run(["unshare", "--net", "true"], capture_output=True).returncode != 0:
    print("SKIPPED: needs netns: unshare --net is refused here")
    sys.exit(77)


def run(*arguments, **options):
    environment = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "NO_COLOR", "SOCKDRIFT_CONTROLLER")}
    return subprocess.run([SOCKDRIFT, *map(str, arguments)], capture_output=True, text=True, env=environment, **options)


class GateTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.kept = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.kept.name)
        cls.audit("prod", 1024, PLAN)
        cls.audit("low", 80, PLAN)
        cls.audit("more", 1024, PLAN, "errno.socket")

    @classmethod
    def tearDownClass(cls):
        cls.kept.cleanup()

    @classmethod
    def audit(cls, name, first_port, *plans):
        """A host whose ordinary users may bind ports from first_port on."""
        wanted = " ".join(f"--plan {plan}" for plan in plans)
        command = (f"echo {first_port} > /proc/sys/net/ipv4/ip_unprivileged_port_start && "
                   f"exec {SOCKDRIFT} audit {wanted} --save {cls.folder / name}")
        end = subprocess.run(["unshare", "--net", "sh", "-c", command], capture_output=True, text=True)
        if not (cls.folder / name).exists():
            raise AssertionError(f"the audit of {name} failed: {end.stderr}")

    def gate(self, baseline, candidate, *arguments, rules=None):
        files = []
        for flag, names in (("--baseline", baseline), ("--candidate", candidate)):
            for name in names.split():
                files += [flag, self.folder / name]
        if rules is not None:
            (self.folder / "gate.yaml").write_text(rules)
            files += ["--rules", self.folder / "gate.yaml"]
        return run("gate", *files, *arguments)

    def judged(self, *arguments, **options):
        end = self.gate(*arguments, "--output", "json", **options)
        document = json.loads(end.stdout)
        self.assertEqual(end.returncode, {"PASS": PASS, "FAIL": FAIL, "INCONCLUSIVE": INCONCLUSIVE}[document["verdict"]])
        return document

    # Verdicts.

    def test_a_host_passes_its_own_baseline(self):
        document = self.judged("prod", "prod")
        self.assertEqual(document["verdict"], "PASS")
        self.assertEqual(document["divergences"], [])
        self.assertGreater(document["compared"], 0)

    def test_another_sysctl_fails(self):
        document = self.judged("prod", "low")
        self.assertEqual(document["verdict"], "FAIL")
        [divergence] = document["divergences"]
        self.assertEqual(divergence["plan"], PLAN)
        self.assertTrue(any("EACCES → ok" in rule["text"] for rule in divergence["rules"]), divergence["rules"])
        self.assertEqual(sum(plan["failing"] for plan in document["plans"]), document["failing"])

    def test_what_is_known_of_a_divergence_is_named(self):
        [divergence] = self.judged("prod", "low")["divergences"]
        [cause] = divergence["known_causes"]
        self.assertEqual((cause["cause"], cause["side"], cause["cells"]),
                         ("unprivileged-port-start", "candidate", divergence["cells"]))
        self.assertEqual(divergence["without_known_cause"], 0)
        [other] = self.judged("low", "prod")["divergences"]
        self.assertEqual([one["side"] for one in other["known_causes"]], ["baseline"])
        end = self.gate("prod", "low", "--report", f"md={self.folder / 'known.md'}",
                        "--report", f"junit={self.folder / 'known.xml'}")
        title = "A lower net.ipv4.ip_unprivileged_port_start opens ports below 1024"
        said = f"known: candidate: {title}: {divergence['cells']} of {divergence['cells']} cells"
        self.assertIn(said, " ".join(end.stdout.split()))
        self.assertIn(said, (self.folder / "known.xml").read_text())
        self.assertIn(title, (self.folder / "known.md").read_text().replace("\\_", "_"))

    def test_what_some_baseline_host_shows_passes(self):
        self.assertEqual(self.judged("prod low", "low")["verdict"], "PASS")

    def test_a_plan_that_the_candidate_lacks_is_inconclusive(self):
        document = self.judged("more", "prod")
        self.assertEqual(document["verdict"], "INCONCLUSIVE")
        self.assertEqual([gap["kind"] for gap in document["gaps"]], ["plan-missing"])
        self.assertEqual(document["gaps"][0]["plan"], "errno.socket")

    def test_a_divergence_comes_before_missing_data(self):
        document = self.judged("more", "low")
        self.assertEqual(document["verdict"], "FAIL")
        self.assertEqual([gap["kind"] for gap in document["gaps"]], ["plan-missing"])

    def test_too_few_hosts_are_inconclusive(self):
        document = self.judged("prod", "prod", rules="gate: g\nminHosts: 2\n")
        self.assertEqual([gap["kind"] for gap in document["gaps"]], ["too-few-hosts"])

    # Rules and waivers.

    def waiver(self, expires, match=PLAN):
        return (f"gate: g\nwaivers:\n  - {{id: W1, match: '{match}', reason: low ports are wanted, "
                f"owner: net, expires: {expires}}}\n")

    def test_a_waived_divergence_passes_and_is_listed(self):
        document = self.judged("prod", "low", rules=self.waiver("9999-12-31"))
        self.assertEqual(document["verdict"], "PASS")
        self.assertEqual([d["disposition"] for d in document["divergences"]], ["waived"])
        self.assertEqual(document["waivers"][0]["cells"], document["waived"])

    def test_an_expired_waiver_fails_and_says_so(self):
        end = self.gate("prod", "low", rules=self.waiver("2026-01-01"))
        self.assertEqual(end.returncode, FAIL)
        self.assertIn("waiver W1 expired on 2026-01-01", end.stdout)

    def test_a_waiver_that_matches_nothing_is_told(self):
        end = self.gate("prod", "prod", rules=self.waiver("9999-12-31", "udp.*"))
        self.assertEqual(end.returncode, PASS)
        self.assertIn("waiver W1 matches no divergence", end.stdout)

    def test_rules_that_warn_do_not_fail(self):
        rules = f"gate: g\nrules:\n  - {{match: '{PLAN}', severity: warn}}\n"
        document = self.judged("prod", "low", rules=rules)
        self.assertEqual(document["verdict"], "PASS")
        self.assertGreater(document["warned"], 0)

    def test_ignoring_all_cells_is_inconclusive(self):
        document = self.judged("prod", "low", rules="gate: g\nrules:\n  - {match: '*', severity: ignore}\n")
        self.assertEqual(document["verdict"], "INCONCLUSIVE")

    # What is wrong with the command.

    def test_wrong_rules_are_invalid_with_every_place(self):
        end = self.gate("prod", "low", rules="gate: g\nminHost: 2\nrules: 3\n")
        self.assertEqual(end.returncode, INVALID)
        self.assertIn("gate.yaml:2:1:", end.stderr)
        self.assertIn("gate.yaml:3:8:", end.stderr)
        self.assertEqual(end.stdout, "")

    def test_wrong_arguments_are_invalid(self):
        self.assertEqual(run("gate").returncode, INVALID)
        self.assertEqual(self.gate("prod", "nowhere").returncode, INVALID)
        for report, why in (("sarf=x", "did you mean 'sarif'?"), ("sarif", "a file is missing"), ("md=", "a file is missing")):
            end = self.gate("prod", "prod", "--report", report)
            self.assertEqual(end.returncode, INVALID)
            self.assertIn(why, end.stderr)
        end = self.gate("prod", "prod", "--report", "md=-", "--report", "json=-")
        self.assertEqual(end.returncode, INVALID)

    def test_a_report_that_cannot_be_written_is_our_fault(self):
        end = self.gate("prod", "prod", "--report", "md=/nowhere/x.md")
        self.assertEqual(end.returncode, FAULT)
        self.assertIn("/nowhere/x.md", end.stderr)

    # Reports.

    def reports(self, baseline, candidate, **options):
        formats = ("table", "json", "junit", "sarif", "md")
        arguments = [word for name in formats for word in ("--report", f"{name}={self.folder / ('r.' + name)}")]
        self.gate(baseline, candidate, *arguments, **options)
        return {name: (self.folder / f"r.{name}").read_text() for name in formats}

    def every_verdict(self):
        yield "PASS", self.reports("prod", "prod")
        yield "FAIL", self.reports("prod", "low prod")
        yield "FAIL", self.reports("more", "low", rules=self.waiver("2026-01-01"))
        yield "PASS", self.reports("prod", "low", rules=self.waiver("9999-12-31"))
        yield "INCONCLUSIVE", self.reports("more", "prod", rules="gate: '<&\">'\nminHosts: 2\nrequire: [udp.*]\n")

    def test_all_reports_tell_the_same_verdict(self):
        for verdict, reports in self.every_verdict():
            self.assertTrue(reports["table"].startswith(verdict + "  "), reports["table"])
            self.assertEqual(json.loads(reports["json"])["verdict"], verdict)
            self.assertTrue(reports["md"].splitlines()[0].endswith(f": {verdict}"), reports["md"])
            self.assertEqual(json.loads(reports["sarif"])["runs"][0]["properties"]["verdict"], verdict)
            suites = etree.fromstring(reports["junit"].encode())
            self.assertEqual(suites.xpath("//property[@name='verdict']/@value"), [verdict])

    def test_junit_is_valid_and_its_counts_are_true(self):
        schema = etree.XMLSchema(etree.parse(str(ROOT / "tests/schemas/JUnit.xsd")))
        for verdict, reports in self.every_verdict():
            document = etree.fromstring(reports["junit"].encode())
            schema.assertValid(document)
            for suite in document:
                for attribute, element in (("tests", "testcase"), ("failures", "testcase/failure"),
                                           ("errors", "testcase/error"), ("skipped", "testcase/skipped")):
                    self.assertEqual(int(suite.get(attribute)), len(suite.findall(element)), attribute)
            failures = len(document.findall(".//failure"))
            errors = len(document.findall(".//error"))
            self.assertEqual(failures > 0, verdict == "FAIL")
            if verdict == "INCONCLUSIVE":
                self.assertGreater(errors, 0)

    def test_sarif_is_valid_and_points_at_the_plan(self):
        schema = json.loads((ROOT / "tests/schemas/sarif-schema-2.1.0.json").read_text())
        validator = jsonschema.Draft4Validator(schema)
        for verdict, reports in self.every_verdict():
            document = json.loads(reports["sarif"])
            self.assertEqual([e.message[:200] for e in validator.iter_errors(document)], [])
            [log] = document["runs"]
            rules = [rule["id"] for rule in log["tool"]["driver"]["rules"]]
            for result in log["results"]:
                self.assertEqual(rules[result["ruleIndex"]], result["ruleId"])
            failed = [r for r in log["results"] if r["kind"] == "fail" and not r["suppressions"]]
            self.assertEqual(len(failed) > 0, verdict == "FAIL")
            for result in failed:
                place = result["locations"][0]["physicalLocation"]
                lines = (ROOT / place["artifactLocation"]["uri"]).read_text().splitlines()
                self.assertEqual(lines[place["region"]["startLine"] - 1], f"plan: {PLAN}")

    def test_sarif_has_one_result_a_rule_however_many_hosts(self):
        one = json.loads(self.reports("prod", "low")["sarif"])["runs"][0]["results"]
        two = json.loads(self.reports("prod", "low low")["sarif"])["runs"][0]["results"]
        self.assertEqual([r["partialFingerprints"] for r in one], [r["partialFingerprints"] for r in two])
        self.assertEqual(len({r["partialFingerprints"]["sockdrift/v1"] for r in one}), len(one))
        self.assertEqual(len(two[0]["properties"]["hosts"]), 2)

    def test_sarif_names_the_known_causes_of_each_rule(self):
        reports = self.reports("prod", "low")
        for result in json.loads(reports["sarif"])["runs"][0]["results"]:
            [cause] = result["properties"]["known_causes"]
            self.assertEqual((cause["cause"], cause["side"], cause["cells"]),
                             ("unprivileged-port-start", "candidate", result["properties"]["cells"]))
            self.assertEqual(result["properties"]["without_known_cause"], 0)
            first, said = result["message"]["text"].split("\n")
            self.assertNotIn("known:", first)
            self.assertEqual(said, f"known: candidate: {cause['title']}: {cause['cells']} of {cause['cells']} cells "
                                   "(unprivileged-port-start)")

    def test_sarif_names_what_the_rules_own_cells_show_and_no_more(self):
        end = run("gate", "--baseline", "atlas:6.12", "--candidate", "atlas:gvisor", "--report", "sarif=-", "--report",
                  f"json={self.folder / 'whole.json'}")
        results = [one for one in json.loads(end.stdout)["runs"][0]["results"] if one["kind"] == "fail"]
        whole = {d["plan"]: {one["cause"] for one in d["known_causes"]}
                 for d in json.loads((self.folder / "whole.json").read_text())["divergences"]}
        of_rules = {plan: set() for plan in whole}
        fewer = 0
        for result in results:
            properties = result["properties"]
            causes = {one["cause"] for one in properties["known_causes"]}
            of_rules[result["ruleId"]] |= causes
            fewer += causes < whole[result["ruleId"]]
            self.assertEqual("known:" in result["message"]["text"], bool(causes))
            self.assertLessEqual(properties["without_known_cause"], properties["cells"])
            self.assertEqual(properties["without_known_cause"] == properties["cells"], not causes)
        self.assertEqual(of_rules, whole)
        self.assertGreater(fewer, 0)

    def test_a_waiver_is_a_suppression(self):
        reports = self.reports("prod", "low", rules=self.waiver("9999-12-31"))
        for result in json.loads(reports["sarif"])["runs"][0]["results"]:
            [suppression] = result["suppressions"]
            self.assertEqual(suppression["status"], "accepted")
            self.assertIn("low ports are wanted", suppression["justification"])

    def test_one_report_may_take_standard_output(self):
        end = self.gate("prod", "prod", "--report", "md=-")
        self.assertTrue(end.stdout.startswith("## sockdrift gate"), end.stdout)

    def test_the_table_fits_a_screen(self):
        environment = dict(os.environ, COLUMNS="120")
        end = subprocess.run([SOCKDRIFT, "gate", "--baseline", self.folder / "more", "--candidate", self.folder / "low"],
                             capture_output=True, text=True, env=environment)
        lines = end.stdout.splitlines()
        self.assertLessEqual(len(lines), 50)
        self.assertLessEqual(max(map(len, lines)), 120)
        self.assertLess(end.stdout.index(PLAN + " (replica): "), end.stdout.index("Missing data"))


if __name__ == "__main__":
    unittest.main()
