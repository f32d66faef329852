"""Acknowledged divergence on live agents: marked and not hidden, counted apart,
no alert, until its last day."""
import datetime
import json
import re
import unittest

from fleet import SOURCE, Clock, Fleet, Prometheus, require, wait_until

PLAN = "bind.privileged-port"
QUERY = f"plan:{PLAN} bind:EACCES→ok"
NOBODY, INVALID = 1, 2


def day(days):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).strftime("%Y-%m-%d")


def alert(name):
    """The expression of an alert of deploy/."""
    rules = (SOURCE / "deploy" / "prometheus" / "rules.yml").read_text()
    return re.search(rf"alert: {name}\n\s+expr: (.*)\n", rules).group(1)


def small_fleet(case, clock=False):
    """Two plain hosts and one that opens ports from 80, measured."""
    require("netns", "root")
    fleet = Fleet()
    case.addClassCleanup(fleet.__exit__, None, None, None)
    if clock:
        require("program:faketime")
        fleet.clock = Clock(fleet.dir / "clock")
    fleet.start_controller()
    fleet.start_agent("plain-1")
    fleet.start_agent("plain-2")
    fleet.start_agent("low", "net.ipv4.ip_unprivileged_port_start=80", more=("--label", "pool=edge"))
    fleet.wait_for_hosts("plain-1", "plain-2", "low")
    fleet.run("--plan", PLAN)
    return fleet


class Acknowledgements(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.fleet = small_fleet(cls)
        cls.differing = cls.fleet.hosts()["low"]["divergent_cells"]

    def add(self, *more, where=QUERY, code=0):
        return self.fleet.cli("acknowledge", "add", "--where", where, *more, code=code)

    def acknowledge(self, *more, where=QUERY):
        """Its id; it is removed after the test."""
        made = json.loads(self.add("--owner", "net-team", "--reason", "the new runtime", "--link",
                                   "https://example.org/1", "--expires", "30d", "--output", "json", *more, where=where))
        self.addCleanup(lambda: self.fleet.cli("acknowledge", "rm", made["id"], code=(0, INVALID)))
        return made

    def counts(self):
        host = self.fleet.hosts()["low"]
        return host["divergent_cells"], host["acknowledged_cells"]

    def test_what_is_acknowledged_is_marked_and_counts_nowhere(self):
        self.assertGreater(self.differing, 0)
        before, = self.fleet.json("explain", code=NOBODY)["plans"]
        made = self.acknowledge()
        self.assertEqual((made["cells"], made["hosts"], made["expires"]), (self.differing, ["low"], day(30)))
        self.assertRegex(made["created_by"], r".+@.+")
        self.assertEqual(self.counts(), (0, self.differing))
        self.assertIn(f"0 +{self.differing} ack", self.fleet.cli("hosts"))
        # Nothing is left that nobody answers for: exit code 0. All is still shown.
        after, = self.fleet.json("explain", code=0)["plans"]
        self.assertEqual((after["divergent_cells"], after["acknowledged_cells"]), (0, self.differing))
        self.assertEqual((after["rules"], after["explanations"]), (before["rules"], before["explanations"]))
        self.assertEqual(after["groups"][1]["acknowledged_cells"], self.differing)
        one, = after["acknowledged"]
        self.assertEqual((one["id"], one["group"], one["owner"], one["cells"], one["hosts"]),
                         (made["id"], 1, "net-team", self.differing, ["low"]))
        for command in ("explain", "diff"):
            text = " ".join(self.fleet.cli(command, code=0).split())
            self.assertIn(f"{self.differing} cells, acknowledged", text)
            self.assertIn(f"acknowledged {made['id']} by net-team until {day(30)}: {self.differing} cells: "
                          "the new runtime (https://example.org/1)", text)
            self.assertIn("bind: EACCES → ok", text)
        listed = self.fleet.cli("acknowledge", "list")
        for words in (made["id"], QUERY, "net-team", day(30), "the new runtime"):
            self.assertIn(words, listed)

    def test_metrics_and_pages_tell_them_apart(self):
        made = self.acknowledge()
        labels = f'{{acknowledgement="{made["id"]}",owner="net-team"}}'
        for metric, value in (('sockdrift_host_divergent_cells{host="low"}', 0),
                              ('sockdrift_host_acknowledged_cells{host="low"}', self.differing),
                              (f'sockdrift_plan_behaviours{{plan="{PLAN}"', 1),
                              (f'sockdrift_plan_divergent_cells{{plan="{PLAN}"', 0),
                              (f'sockdrift_plan_acknowledged_cells{{plan="{PLAN}"', self.differing),
                              ("sockdrift_acknowledgement_cells" + labels, self.differing),
                              ("sockdrift_acknowledgement_expired" + labels, 0)):
            self.assertEqual(self.fleet.metric(metric), value, metric)
        self.assertNotIn("sockdrift_divergent_cell_hosts{", self.fleet.get("/metrics"))
        end = datetime.datetime.strptime(day(31) + " +0000", "%Y-%m-%d %z").timestamp()
        self.assertEqual(self.fleet.metric("sockdrift_acknowledgement_expires_timestamp_seconds" + labels), end)
        kept, = json.loads(self.fleet.get("/api/v1/acknowledgements"))["acknowledgements"]
        self.assertEqual(kept, self.fleet.json("acknowledge", "list")["acknowledgements"][0])
        low = next(h for h in json.loads(self.fleet.get("/api/v1/hosts"))["hosts"] if h["host"] == "low")
        self.assertEqual((low["divergent_cells"], low["acknowledged_cells"]), (0, self.differing))
        plan, = json.loads(self.fleet.get("/api/v1/groups"))["plans"]
        self.assertEqual((plan["acknowledged_cells"], plan["acknowledged"][0]["id"]), (self.differing, made["id"]))
        self.fleet.cli("acknowledge", "rm", made["id"], "--by", "bob")
        self.assertEqual(self.counts(), (self.differing, 0))
        self.assertEqual(self.fleet.metric(f'sockdrift_plan_behaviours{{plan="{PLAN}"'), 2)
        self.assertEqual(json.loads(self.fleet.get("/api/v1/acknowledgements"))["acknowledgements"], [])
        removed = json.loads(self.fleet.get("/api/v1/acknowledgements?removed=1"))["acknowledgements"]
        self.assertIn((made["id"], "bob"), [(one["id"], one["removed_by"]) for one in removed])

    def test_one_cell_by_its_name_leaves_the_others(self):
        plan, = self.fleet.json("explain", code=NOBODY)["plans"]
        self.acknowledge(where=plan["rules"][0]["example"])
        self.assertEqual(self.counts(), (self.differing - 1, 1))
        self.assertIn("1 of them acknowledged", self.fleet.cli("explain", code=NOBODY))

    def test_hosts_are_chosen_by_selector_and_behaviour(self):
        self.acknowledge("-l", "pool=other")
        self.acknowledge("--behaviour", "0" * 12)
        self.assertEqual(self.counts(), (self.differing, 0))
        self.acknowledge("-l", "pool=edge")
        self.assertEqual(self.counts(), (0, self.differing))

    def test_another_change_in_the_same_cells_is_not_meant(self):
        made = self.acknowledge(where=f"plan:{PLAN} bind:EACCES→EADDRINUSE")
        self.assertEqual((made["cells"], self.counts()), (0, (self.differing, 0)))

    def test_trying_keeps_nothing(self):
        said = self.add("--owner", "o", "--reason", "r", "--expires", "1d", "--dry-run")
        self.assertIn(f"would mean {self.differing} cells on 1 host: low", said)
        self.assertEqual(self.fleet.json("acknowledge", "list")["acknowledgements"], [])

    def test_it_outlives_the_controller(self):
        made = self.acknowledge()
        self.fleet.kill_controller()
        self.fleet.start_controller()
        self.assertEqual(self.counts(), (0, self.differing))
        kept, = self.fleet.json("acknowledge", "list")["acknowledgements"]
        self.assertEqual({**made, "schema": ""}, {**kept, "schema": ""})
        self.fleet.wait_for_hosts("plain-1", "plain-2", "low")

    def test_all_that_is_wrong_is_said_at_once(self):
        said = self.add("--expires", "2026-2-31", "-l", "pool=(", code=INVALID)
        for mistake in ("--owner is missing", "--reason is missing", "--selector: ", "as 2026-12-31"):
            self.assertIn(mistake, said)
        for where, mistake in (("prot:tcp", '"prot" is no axis'), ("plan:", "--where: "), ("", "--where is missing")):
            self.assertIn(mistake, self.add("--owner", "o", "--reason", "r", "--expires", "1d", where=where,
                                            code=INVALID))
        for expires, mistake in (("2020-01-01", "is past"), ("500d", "days away"), ("soon", "as 2026-12-31")):
            self.assertIn(mistake, self.add("--owner", "o", "--reason", "r", "--expires", expires, code=INVALID))
        self.assertIn("there is no acknowledgement A999", self.fleet.cli("acknowledge", "rm", "A999", code=INVALID))
        self.assertEqual(self.fleet.json("acknowledge", "list")["acknowledgements"], [])


class UntilTheLastDay(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        require("program:prometheus", "program:ss")
        cls.fleet = small_fleet(cls, clock=True)

    def test_alerts_follow_from_the_divergence_to_the_expiry_and_back(self):
        prometheus = Prometheus(self.fleet)
        diverge, expiring, expired = (alert(f"Sockdrift{name}") for name in (
            "HostsDiverge", "AcknowledgementExpiring", "AcknowledgementExpired"))
        firing = lambda: tuple(bool(prometheus.ask(query)) for query in (diverge, expiring, expired))
        comes = lambda wanted, what: wait_until(lambda: firing() == wanted, what)
        comes((True, False, False), "an alert on what nobody answers for")
        made = self.fleet.cli("acknowledge", "add", "--where", QUERY, "--owner", "net-team", "--reason", "known",
                              "--expires", "3d").split()
        number = next(word for word in made if re.fullmatch(r"A\d+", word))
        comes((False, True, False), "no alert but that of an expiry in less than a week")
        self.fleet.cli("explain", code=0)
        self.fleet.clock.forward("10d")
        comes((True, False, True), "alerts on what counts again and why")
        said = " ".join(self.fleet.cli("explain", code=NOBODY).split())
        self.assertIn(f"acknowledgement {number} by net-team expired after {day(3)}: ", said)
        self.assertIn(f"{day(3)}, expired", self.fleet.cli("acknowledge", "list"))
        self.fleet.cli("acknowledge", "rm", number)
        comes((True, False, False), "the alert on what nobody answers for alone")
        # Acknowledged anew, by the same clock.
        self.fleet.cli("acknowledge", "add", "--where", QUERY, "--owner", "net-team", "--reason", "known", "--expires",
                       day(300))
        comes((False, False, False), "no alert at all")


if __name__ == "__main__":
    unittest.main()
