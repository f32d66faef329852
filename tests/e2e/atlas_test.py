"""What is known of kernels, where a fleet is looked at: entries of the atlas are
imported as hosts, and each must be said to be like that entry and no other."""
import json
import re
import unittest

from fleet import Fleet
from fleet_test import data_of_report

IMPORTED = ["5.10", "6.1", "6.12-no-ipv6", "gvisor"]
# Of the newest release's name, but 6.1's behaviour: of a kernel that was
# patched, or of a host that says it is what it is not.
LIAR = "liar"


class AtlasOfAFleet(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.fleet = Fleet()
        cls.addClassCleanup(cls.fleet.__exit__, None, None, None)
        cls.fleet.start_controller()
        cls.told = {name: cls.fleet.cli("import", f"atlas:{name}") for name in IMPORTED}
        for name in ("web-1", "web-2"):
            cls.fleet.cli("import", "atlas:6.12", "--as", name)
        cls.fleet.cli("import", str(cls.renamed("6.1", "6.12.9")), "--as", LIAR)

    @classmethod
    def renamed(cls, entry, version):
        """The entry as a file whose kernel calls itself otherwise."""
        path = cls.fleet.dir / "renamed.baseline"
        cls.fleet.cli("baseline", "export", "renamed", str(path), "--from", f"atlas:{entry}", controller=False)
        text = path.read_text("utf-8")
        for fact in ("kernel", "kernel.release", "kernel.upstream"):
            text, found = re.subn(rf"(?m)^fact {re.escape(fact)} .*$", f"fact {fact} {version}", text)
            assert found == 1, fact
        path.write_text(text, "utf-8")
        return path

    def nearest(self, *arguments, code=0):
        return self.fleet.json("atlas", "nearest", *arguments, code=code)["behaviours"]

    def test_an_entry_stands_in_the_fleet_under_its_operands_name(self):
        for name in IMPORTED:
            self.assertIn(f"of 1 host: atlas:{name}", self.told[name])
            self.assertIn(f"atlas:{name}", self.fleet.hosts())
            self.fleet.cli("diff", f"host:atlas:{name}", f"atlas:{name}")

    def test_each_imported_entry_is_like_itself_exactly(self):
        hosts = {host["host"]: host["atlas"] for host in self.fleet.json("hosts", "--atlas")["hosts"]}
        for host, entry in [(f"atlas:{name}", name) for name in IMPORTED] + [("web-1", "6.12"), ("web-2", "6.12")]:
            self.assertEqual(([entry], True, 0), (hosts[host]["nearest"], hosts[host]["exact"], hosts[host]["differing"]))
            self.assertGreater(hosts[host]["compared"], 10_000)
        table = self.fleet.cli("hosts", "--atlas")
        self.assertRegex(table, r"(?m)^atlas:gvisor .* 4\.4\.0 +gvisor ")

    def test_without_the_flag_nothing_is_asked(self):
        self.assertEqual([{}] * 7, [host["atlas"] for host in self.fleet.json("hosts")["hosts"]])
        self.assertNotIn("BEHAVES LIKE", self.fleet.cli("hosts"))

    def test_a_kernel_that_behaves_otherwise_than_it_calls_itself_is_told(self):
        hosts = {host["host"]: host["atlas"] for host in self.fleet.json("hosts", "--atlas")["hosts"]}
        self.assertEqual((["6.1"], True, False, "6.12"),
                         tuple(hosts[LIAR][key] for key in ("nearest", "exact", "kernel_is_like", "kernel_entry")))
        self.assertEqual((True, ""), (hosts["web-1"]["kernel_is_like"], hosts["web-1"]["kernel_entry"]))
        self.assertRegex(self.fleet.cli("hosts", "--atlas"), r"(?m)^liar .* 6\.12\.9 +6\.1, not 6\.12 ")
        [line] = [line for line in self.fleet.cli("atlas", "nearest").splitlines() if line.startswith(LIAR)]
        self.assertRegex(line, r"6\.12\.9 +6\.1 +0 .* from 6\.12 \d+")

    def test_nearest_of_the_fleet_has_a_line_for_each_behaviour_and_kernel(self):
        found = {tuple(one["hosts"]): one["atlas"] for one in self.nearest()}
        self.assertEqual({(LIAR,), ("web-1", "web-2"), *((f"atlas:{name}",) for name in IMPORTED)}, set(found))
        self.assertEqual(["6.12"], found["web-1", "web-2"]["nearest"])
        self.assertTrue(found["web-1", "web-2"]["exact"])
        # A world that genomes do not tell of: every host by itself.
        self.assertEqual(7, len(self.nearest("--world", "replica")))
        self.assertIn("matches", self.fleet.cli("atlas", "nearest", "-l", "host=nobody", code=3))

    def test_explain_says_of_each_group_which_entries_answer_so_in_the_plan(self):
        report = self.fleet.json("explain", "--plan", "bind.conflict", code=1)
        [plan] = report["plans"]
        like = {tuple(group["hosts"]): group["atlas"] for group in plan["groups"]}
        self.assertTrue(all(one["exact"] for one in like.values()))
        self.assertEqual(["6.1"], like["atlas:6.1", LIAR]["nearest"])
        # In this plan alone other releases answer as 6.12 does.
        usual = next(one for hosts, one in like.items() if "web-1" in hosts)["nearest"]
        self.assertIn("6.12", usual)
        self.assertIn("5.10", usual)
        self.assertNotIn("6.1", usual)
        self.assertRegex(self.fleet.cli("explain", "--plan", "bind.conflict", code=1),
                         r"(?m)^  [B-Z] +2 .* 6\.1 +atlas:6\.1, liar$")

    def test_explain_over_all_plans_says_what_each_kind_of_host_is_like(self):
        screen = self.fleet.cli("explain", code=1)
        self.assertLessEqual(len(screen.splitlines()), 50)
        self.assertRegex(screen, r"(?m)^compared with: web-[12] behaves like 6\.12 \(Linux ")
        self.assertRegex(screen, r"(?m)^  behaves like gvisor \(gVisor ")
        said = {one["host"]: one["atlas"]["says"] for one in self.fleet.json("explain", code=1)["hosts"]}
        self.assertRegex(said["atlas:5.10"], r"^behaves like 5\.10 \(.*in all [\d,]+ cells compared$")
        self.assertEqual([], self.fleet.json("diff", code=1)["hosts"])

    def test_the_report_has_it_on_each_groups_card(self):
        live = data_of_report(self.fleet.get("/report"))
        cards = {tuple(live["hosts"][i]["name"] for i in card["hosts"]): card["atlas"] for card in live["profiles"]}
        self.assertEqual(["6.12"], cards["web-1", "web-2"]["nearest"])
        self.assertEqual([], cards["web-1", "web-2"]["misnamed"])
        [misnamed] = cards["atlas:6.1", LIAR]["misnamed"]
        self.assertEqual(("6.12.9", 1, "6.12"), (misnamed["kernel"], misnamed["hosts"], misnamed["entry"]))
        self.assertGreater(misnamed["differing"], 0)
        self.assertEqual(live["profiles"], data_of_report(self.fleet.cli("report", "--html", "-"))["profiles"])

    def test_what_is_no_entry_or_was_not_measured_is_refused(self):
        self.assertIn("did you mean 'gvisor'", self.fleet.cli("import", "atlas:gviser", code=2))
        self.assertIn("not measured", self.fleet.cli("import", "atlas:windows", code=2))
        self.assertNotIn("atlas:windows", self.fleet.hosts())


class ManyHosts(unittest.TestCase):
    """More hosts than fit one gRPC message as it is by default."""
    HOSTS = 600
    PLAN = "bind.device-rights"

    @classmethod
    def setUpClass(cls):
        cls.fleet = Fleet()
        cls.addClassCleanup(cls.fleet.__exit__, None, None, None)
        cls.fleet.start_controller()
        for entry, suffix in (("6.1", "a"), ("gvisor", "b")):
            cls.fleet.cli("import", str(cls.copies(entry, suffix, cls.HOSTS // 2)))

    @classmethod
    def copies(cls, entry, suffix, number):
        """The entry's plan on so many hosts."""
        path = cls.fleet.dir / "copies.baseline"
        cls.fleet.cli("baseline", "export", "copies", str(path), "--from", f"atlas:{entry}", controller=False)
        sections = path.read_text("utf-8").split("\n\n")
        [host] = [one for one in sections if one.startswith("host ")]
        [plan] = [one for one in sections if one.startswith(f"plan {cls.PLAN}\n")]
        plan = re.sub(r"(?m)^ *note .*\n", "", plan)  # they name the host
        hosts = [host.replace(f"host {entry}", f"host {i:03}-{suffix}", 1) for i in range(number)]
        head = sections[:sections.index(host)]
        path.write_text("\n\n".join([*head, *hosts, plan]).rstrip("\n") + "\n", "utf-8")
        return path

    def test_all_are_listed_with_their_facts_and_what_they_are_like(self):
        hosts = self.fleet.json("hosts", "--atlas")["hosts"]
        self.assertEqual(self.HOSTS, len(hosts))
        self.assertGreater(len(json.dumps(hosts)), 4 << 20)
        for host in hosts:
            self.assertTrue(host["atlas"]["exact"], host["host"])
            self.assertEqual(host["host"].endswith("b"), host["atlas"]["nearest"] == ["gvisor"], host["atlas"])

    def test_a_line_stands_for_all_that_behave_alike(self):
        found = self.fleet.json("atlas", "nearest")["behaviours"]
        self.assertEqual([self.HOSTS // 2] * 2, [len(one["hosts"]) for one in found])
        self.assertRegex(self.fleet.cli("atlas", "nearest"), r"(?m)^000-a, 001-a, 002-a and 297 more +6\.1\.")


if __name__ == "__main__":
    unittest.main()
