"""The examples of docs/examples: what they ask for is there."""
import json
import os
import re
import shutil
import subprocess
import unittest
import urllib.error
import urllib.request

from fleet import BIN, SOURCE, Fleet, require

EXAMPLES = SOURCE / "docs" / "examples"
PLAN = "bind.privileged-port"


def documents(name):
    try:
        import yaml
    except ImportError as missing:
        raise unittest.SkipTest(f"needs python3-yaml: {missing}") from missing
    return list(yaml.safe_load_all((EXAMPLES / name).read_text()))


def help_of(*command):
    return subprocess.run([BIN / "sockdrift", *command, "--help"], capture_output=True, text=True, check=True).stdout


class Examples(unittest.TestCase):
    def test_every_flag_of_a_script_is_one_that_its_command_has(self):
        found = 0
        for path in EXAMPLES.iterdir():
            text = re.sub(r"\\\n\s*", " ", path.read_text())
            for command, rest in re.findall(r"\bsockdrift (audit|gate|baseline export) ([^|\n]*)", text):
                known = help_of(*command.split())
                for flag in re.findall(r"(?<![\w-])--[a-z-]+", rest):
                    found += 1
                    self.assertIn(flag, known, f"{path.name}: sockdrift {command} {flag}")
        self.assertGreater(found, 10)

    def test_the_page_links_to_every_example(self):
        page = (SOURCE / "docs" / "gate.md").read_text()
        for path in EXAMPLES.iterdir():
            if path.name != "gate.yaml":
                self.assertIn(f"examples/{path.name}", page)

    def test_the_workflow_is_one(self):
        workflow, = documents("github-actions.yaml")
        steps = workflow["jobs"]["sockets"]["steps"]
        self.assertTrue(all(("uses" in step) != ("run" in step) for step in steps))

    def test_the_gate_is_right_and_the_rollouts_ask_for_it(self):
        require("netns", "root")
        with Fleet() as fleet:
            gates = fleet.dir / "gates"
            gates.mkdir()
            shutil.copy(EXAMPLES / "gate.yaml", gates)
            fleet.start_controller("--gates", str(gates))
            template, = documents("argo-rollouts.yaml")
            spec = template["spec"]
            metric = spec["metrics"][0]
            url = metric["provider"]["web"]["url"].replace("{{args.gate}}", spec["args"][0]["value"])
            path = url.split(":9464")[1]
            with urllib.request.urlopen(fleet.web + path, timeout=60) as answer:
                result = json.loads(answer.read())
            self.assertEqual(metric["provider"]["web"]["jsonPath"], "{$.data}")
            for condition in (metric["successCondition"], metric["failureCondition"]):
                for key in re.findall(r"result\.(\w+)", condition):
                    self.assertIn(key, result["data"])
            canary, = documents("flagger.yaml")
            hook = canary["spec"]["analysis"]["webhooks"][0]
            request = urllib.request.Request(
                fleet.web + hook["url"].split(":9464")[1],
                json.dumps({"name": "ingress", "namespace": "edge", "phase": "Progressing",
                            "metadata": hook["metadata"]}).encode(), method="POST")
            with self.assertRaises(urllib.error.HTTPError) as caught:
                urllib.request.urlopen(request, timeout=60)
            # No host is there: it cannot tell.
            self.assertEqual(caught.exception.code, 424)

    def test_the_image_builds_script_ends_as_the_gate_does(self):
        require("netns", "root")
        with Fleet() as fleet:
            work = fleet.dir / "work"
            work.mkdir()
            for program in ("sockdrift", "sockdrift-probe"):
                (work / program).symlink_to(BIN / program)
            (work / "gate.yaml").write_text("gate: node-image\n")
            environment = {**os.environ, "SOCKDRIFT_DIR": str(work), "SOCKDRIFT_PLANS": f"--plan {PLAN}"}

            def unshared(sysctl, *command):
                script = f"echo {sysctl} > /proc/sys/net/ipv4/ip_unprivileged_port_start && exec \"$@\""
                return subprocess.run(["unshare", "--net", "sh", "-c", script, "sh", *map(str, command)],
                                      env=environment, capture_output=True, text=True)

            unshared(1024, BIN / "sockdrift", "audit", "--plan", PLAN, "--save", work / "prod.sockdrift")
            fleet.cli("baseline", "export", "prod", str(work / "prod.baseline"), "--from",
                      str(work / "prod.sockdrift"), controller=False)
            for first_port, code in ((1024, 0), (80, 1)):
                end = unshared(first_port, EXAMPLES / "node-image.sh")
                self.assertEqual(end.returncode, code, end.stdout + end.stderr)
                verdict = json.loads((work / "gate.json").read_text())["verdict"]
                self.assertEqual(verdict, {0: "PASS", 1: "FAIL"}[code])


if __name__ == "__main__":
    unittest.main()
