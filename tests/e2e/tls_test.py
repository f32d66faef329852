"""Mutual TLS between all three: who is refused, and how."""
import subprocess
import unittest

from authority import Authority
from fleet import BIN, Fleet, listed, require, wait_until


class MutualTls(unittest.TestCase):
    def setUp(self):
        require("program:openssl")

    def start(self, fleet):
        authority = Authority(fleet.dir, "authority")
        tls = authority.issue("controller", "DNS:localhost,IP:127.0.0.1")
        fleet.start_controller("--listen", "127.0.0.1:0", *tls)
        lines = (fleet.dir / "ready").read_text().splitlines()
        address = next(line.split()[1] for line in lines if line.startswith("grpc 127."))
        return authority, address

    def agent(self, fleet, name, address, host_id, tls):
        fleet.agents[name] = fleet._start(name, [
            str(BIN / "sockdrift-agent"), "--controller", address, "--host-id", host_id,
            "--state-dir", str(fleet.dir / f"state-{name}"), *tls])

    def ask(self, address, tls, *command):
        return subprocess.run([str(BIN / "sockdrift"), *(command or ("hosts",)), "--controller", address, *tls],
                              capture_output=True, text=True, timeout=60)

    def test_an_agent_whose_certificate_names_its_host_is_audited(self):
        with Fleet() as fleet:
            authority, address = self.start(fleet)
            self.agent(fleet, "a", address, "a", authority.issue("a", "URI:sockdrift:host:a"))
            fleet.wait_for_hosts("a")
            run = fleet.run("--plan", "dual-stack.listener-reach", code=(0, 3))
            self.assertEqual(listed(run, "offline"), [])
            self.assertGreater(fleet.metric("sockdrift_tls_cert_not_after_timestamp_seconds"), 1.7e9)
            asked = self.ask(address, authority.issue("operator", "DNS:operator"))
            self.assertEqual(asked.returncode, 0, asked.stderr)

    def test_an_agent_cannot_speak_for_another_host(self):
        with Fleet() as fleet:
            authority, address = self.start(fleet)
            self.agent(fleet, "liar", address, "b", authority.issue("a", "URI:sockdrift:host:a"))
            log = fleet.dir / "controller.log"
            wait_until(lambda: "not for host" in log.read_text(), "a refusal")
            self.assertNotIn("b", fleet.hosts())

    def test_who_acknowledges_is_who_the_certificate_says(self):
        with Fleet() as fleet:
            authority, address = self.start(fleet)
            asked = self.ask(address, authority.issue("operator", "DNS:ops.example.org"), "acknowledge", "add", "--where",
                             "plan:bind.*", "--owner", "o", "--reason", "r", "--expires", "1d", "--by", "somebody-else")
            self.assertEqual(asked.returncode, 0, asked.stderr)
            kept, = fleet.json("acknowledge", "list")["acknowledgements"]
            self.assertEqual(kept["created_by"], "ops.example.org")

    def test_a_stranger_is_refused_with_exit_code_4(self):
        with Fleet() as fleet:
            _, address = self.start(fleet)
            stranger = Authority(fleet.dir, "stranger").issue("intruder", "DNS:intruder")
            for tls in (stranger, ["--insecure-plaintext"]):
                asked = self.ask(address, tls)
                self.assertEqual(asked.returncode, 4, asked.stdout + asked.stderr)
                self.assertNotEqual(asked.stderr, "")


if __name__ == "__main__":
    unittest.main()
