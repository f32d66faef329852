#!/usr/bin/env python3
"""`sockdrift plans schema` against every shipped plan, and against mistakes.

Scalars are read as editors read them (YAML 1.2's core schema) and also as the
compiler does (every one a text): both must fit.
"""
import copy
import json
import os
import pathlib
import re
import subprocess
import sys
import unittest

try:
    import jsonschema
    import yaml
except ImportError as missing:
    print(f"SKIPPED: {missing}; ./dev setup test installs python3-jsonschema and python3-yaml")
    sys.exit(77)

ROOT = pathlib.Path(os.environ["SOCKDRIFT_SOURCE_DIR"])
SOCKDRIFT = os.environ["SOCKDRIFT"]
SCHEMA = json.loads(subprocess.run([SOCKDRIFT, "plans", "schema"], check=True, capture_output=True).stdout)
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)


class CoreLoader(yaml.SafeLoader):
    """YAML 1.2: `no` and `on` are texts, 022 and 1:30 no numbers."""


CoreLoader.yaml_implicit_resolvers = {}
for tag, pattern, first in [
        ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
        ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
        ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
        ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""])]:
    CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first))


def plans():
    files = sorted(ROOT.glob("plans/*/*.yaml")) + [ROOT / "tests/testdata/plans/operations.yaml"]
    files += sorted(ROOT.glob("tests/testdata/cli/*.yaml"))
    return files


def what_is_wrong(document):
    return [f"{'.'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in VALIDATOR.iter_errors(document)]


SOUND = yaml.load("""
plan: test.sound
title: A sound plan
axes:
  addr: ["127.0.0.1", "::1"]
steps:
  - socket: {as: s, family: $addr.family, type: stream, options: {SO_REUSEADDR: 1}}
  - bind: {of: s, to: "$addr:A"}
    observe: bind
  - getsockopt: {of: s, name: SO_REUSEADDR, observe: option}
  - close: s
expect:
  - {id: binds, says: It binds., source: bind(2), outcome: {bind: ok}}
""", CoreLoader)


def changed(change):
    document = copy.deepcopy(SOUND)
    change(document)
    return document


MISTAKES = {
    "no name": lambda d: d.pop("plan"),
    "a name without a suite": lambda d: d.update(plan="sound"),
    "no steps": lambda d: d.pop("steps"),
    "an unknown key": lambda d: d.update(step=[]),
    "an unknown isolation": lambda d: d.update(isolation="none"),
    "repeats in words": lambda d: d.update(repeats="twice"),
    "a limit without a unit": lambda d: d.update(limit="5"),
    "an unknown operation": lambda d: d["steps"].append({"sokcet": {"as": "t"}}),
    "two operations in one step": lambda d: d["steps"][3].update(listen="s"),
    "no operation in a step": lambda d: d["steps"].append({"observe": "x"}),
    "an unknown field": lambda d: d["steps"][1]["bind"].update(port="A"),
    "a required field left out": lambda d: d["steps"][0]["socket"].pop("family"),
    "an unknown family": lambda d: d["steps"][0]["socket"].update(family="ipx"),
    "an unknown socket option": lambda d: d["steps"][0]["socket"]["options"].update(SO_REUSEADR=1),
    "an unknown option's name": lambda d: d["steps"][2]["getsockopt"].update(name="SO_REUSE"),
    "a short form that the operation lacks": lambda d: d["steps"].append({"bind": "s"}),
    "an unknown word": lambda d: d["steps"].append({"shutdown": {"of": "s", "how": "both"}}),
    "an expectation without a source": lambda d: d["expect"][0].pop("source"),
    "an expectation without an outcome": lambda d: d["expect"][0].pop("outcome"),
    "an outcome and a table": lambda d: d["expect"][0].update(table={"across": {}, "down": {}}),
    "a claim that is no id": lambda d: d["expect"][0].update(claim="not"),
    "a third user": lambda d: d.update(users=["u3"]),
}


class SchemaTest(unittest.TestCase):
    def test_is_a_schema_of_draft_7(self):
        jsonschema.Draft7Validator.check_schema(SCHEMA)

    def test_takes_every_shipped_plan(self):
        self.assertGreater(len(plans()), 5)
        for loader in (CoreLoader, yaml.BaseLoader):
            for path in plans():
                with self.subTest(path=path.name, loader=loader.__name__):
                    document = yaml.load(path.read_text(), loader)
                    self.assertEqual(what_is_wrong(document), [])

    def test_takes_a_sound_plan(self):
        self.assertEqual(what_is_wrong(SOUND), [])

    def test_refuses_mistakes(self):
        for name, change in MISTAKES.items():
            with self.subTest(mistake=name):
                self.assertNotEqual(what_is_wrong(changed(change)), [])

    def test_a_plan_has_the_keys_that_the_compiler_knows(self):
        keys = list(SCHEMA["properties"])
        text = "\n".join(f"{key}: x" for key in keys) + "\nno_such_key: x\n"
        told = subprocess.run([SOCKDRIFT, "plans", "lint", "/dev/stdin"], input=text, text=True,
                              capture_output=True).stdout
        self.assertEqual(re.findall(r'no key "([^"]+)" in a plan', told), ["no_such_key"], told)


if __name__ == "__main__":
    unittest.main()
