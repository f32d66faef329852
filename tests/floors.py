#!/usr/bin/env python3
"""Reads every include of the tree and says which edge climbs a floor.

A folder may include from itself and from the folders named beside it, and
from no other. Some libraries may be used in some folders only, so that the
probe stays small and a change of library touches one place.
Exit status: 0 all edges go down, 1 some do not (each is printed), 2 usage.
"""
import pathlib
import re
import sys

# folder: what it may include from. A folder that is not named here has the
# rules of the nearest one above it.
CORE = ["core/base", "core/net", "core/behaviour", "core/plan", "core/divergence"]
PROBE = ["agent/os", "agent/job", "agent/engine", "agent/worlds", "agent/facts"]
FLOORS = {
    "core/base": [],
    "core/net": ["core/base"],
    "core/behaviour": ["core/base"],
    "core/plan": ["core/base", "core/net", "core/behaviour"],
    "core/divergence": ["core/base", "core/net", "core/behaviour", "core/plan"],
    "core/query": CORE,
    "core/causes": CORE + ["core/query"],
    "core/gate": CORE + ["core/query"],
    "core/proof": ["core/base", "core/behaviour", "core/plan", "core/divergence"],
    "compiler": CORE,
    "gate/rules": CORE + ["core/query", "core/gate", "compiler"],
    "gate/causes": CORE + ["core/query", "core/causes", "compiler"],
    "reproduce": CORE,
    "gate/report": CORE + ["core/causes", "core/gate", "gate/causes", "compiler", "wire"],
    "wire": CORE + ["proto"],
    "agent/os": ["core/base"],
    "agent/job": ["core/base", "core/net", "core/behaviour", "core/plan", "agent/os"],
    "agent/facts": ["core/base", "core/net", "core/plan", "agent/os"],
    "agent/engine": ["core/base", "core/net", "core/behaviour", "core/plan", "agent/os", "agent/job"],
    "agent/worlds": ["core/base", "core/net", "core/plan", "agent/os", "agent/job", "agent/engine"],
    "agent/guest": ["core/base", "agent/os"],
    "agent/probe": ["core/base", "core/net", "core/behaviour", "core/plan"] + PROBE + ["agent/supervise", "agent/guest"],
    "boot": ["core/base", "agent/os", "agent/facts", "agent/guest"],
    "agent/supervise": ["core/base", "core/net", "core/behaviour", "core/plan"] + PROBE,
    "agent": CORE + PROBE + ["agent/supervise", "agent/policy", "agent/spool", "agent/session", "wire", "proto"],
    "report": CORE + ["core/causes", "compiler", "atlas", "wire"],
    "atlas": CORE + ["core/causes", "wire"],
    "atlas/pack": CORE + ["core/query", "compiler", "wire", "atlas"],
    "controller": CORE + ["core/proof", "core/query", "core/causes", "core/gate", "gate/causes", "gate/rules", "gate/report", "compiler", "report", "atlas", "wire", "proto"],
    "cli": CORE + PROBE + ["core/query", "core/causes", "core/gate", "gate/rules", "gate/causes", "gate/report", "reproduce", "compiler", "report", "atlas", "wire", "proto", "agent/supervise", "boot"],
}

# header prefix: the folders that may use it.
LIBRARIES = {
    "yaml-cpp/": ["compiler", "agent/policy"],
    "openssl/": ["wire"],
    "google/protobuf/": ["wire", "agent/session", "controller", "cli"],
    "grpcpp/": ["wire/tls", "agent/session", "agent/main", "controller/services", "controller/main", "cli"],
    "grpc/": ["wire/tls", "agent/session", "controller/services", "cli"],
    "sqlite3.h": ["controller/store"],
    "pqxx/": ["controller/store"],
    "prometheus/": ["controller/metrics", "controller/web"],
    "httplib.h": ["controller/web"],
    "seccomp.h": ["agent/worlds"],
    "CLI/": ["cli", "controller", "agent"],
    "nlohmann/": ["boot", "wire/json", "cli", "controller", "report", "agent/policy"],
    "zlib.h": ["report"],
    "zstd.h": ["wire"],
}

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')
ROOMS = ("core", "compiler", "gate", "reproduce", "wire", "report", "atlas", "agent", "boot", "controller", "cli")


def below(folder, allowed):
    return any(folder == a or folder.startswith(a + "/") for a in allowed)


def rule_of(folder):
    parts = folder.split("/")
    for size in range(len(parts), 0, -1):
        name = "/".join(parts[:size])
        if name in FLOORS:
            return name, FLOORS[name]
    return None, []


def wrong_edges(root):
    for room in ROOMS:
        for path in sorted((root / room).rglob("*")):
            if path.suffix not in (".h", ".cc"):
                continue
            folder = path.relative_to(root).parent.as_posix()
            rule, allowed = rule_of(folder)
            for number, line in enumerate(path.read_text().splitlines(), 1):
                match = INCLUDE.match(line)
                if not match:
                    continue
                quote, target = match.groups()
                place = f"{path.relative_to(root)}:{number}"
                if quote == '"' and target.split("/")[0] in ROOMS:
                    to = target.rsplit("/", 1)[0]
                    if rule is None:
                        yield f"{place}: {folder} is on no floor; name it in tests/floors.py"
                    elif not below(to, [rule, folder] + allowed):
                        yield f"{place}: {folder} must not include from {to}"
                for prefix, folders in LIBRARIES.items():
                    if target.startswith(prefix) and not below(folder, folders):
                        yield f"{place}: <{prefix}> may be used in {', '.join(folders)} only"


def main():
    if len(sys.argv) != 2 or not pathlib.Path(sys.argv[1]).is_dir():
        print("usage: floors.py SOURCE_DIR", file=sys.stderr)
        return 2
    edges = list(wrong_edges(pathlib.Path(sys.argv[1])))
    print("\n".join(edges) if edges else "every include goes down")
    return 1 if edges else 0


if __name__ == "__main__":
    sys.exit(main())
