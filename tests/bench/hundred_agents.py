#!/usr/bin/env python3
"""A hundred agents on one machine, joined to one controller: how long from
`run` to a gate's verdict about all of them.

The baseline is what one of them showed before; every agent then measures anew,
and the gate judges them all. Prints times; asserts only that nobody is missing.
With --catalogue also the whole short catalogue, which takes a hundred audits'
worth of processor time. Needs root. SOCKDRIFT_BIN is the folder of the binaries.
"""
import argparse
import os
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
import fleet  # noqa: E402

# A whole catalogue on a hundred hosts is no matter of seconds.
fleet.PATIENCE = 3600
DEADLINE = "55m"


def measure(hosts, names, what, plans):
    first = names[0]
    hosts.json("run", "--deadline", DEADLINE, "-l", f"host={first}", *plans, code=(0, 1))
    hosts.cli("baseline", "set", "bench", "-l", f"host={first}", *plans)
    begin = time.monotonic()
    run = hosts.json("run", "--deadline", DEADLINE, *plans, code=(0, 1))
    ran = time.monotonic() - begin
    answered = fleet.listed(run, "answered")
    if answered != names:
        raise AssertionError(f"{len(answered)} of {len(names)} answered")
    verdict = hosts.json("gate", "--baseline", "baseline:bench", "-l", "host!=none", code=(0, 1, 3))
    total = time.monotonic() - begin
    judged = sorted(host["host"] for host in verdict["candidates"])
    if judged != names:
        raise AssertionError(f"the gate judged {len(judged)} of {len(names)} hosts")
    print(f"{what}: {len(answered)} of {len(names)} answered in {ran:.2f} s; "
          f"{total:.2f} s from run to verdict ({verdict['verdict']})", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--agents", type=int, default=100)
    parser.add_argument("--plan", default="bind.conflict")
    parser.add_argument("--catalogue", action="store_true", help="the whole short catalogue too")
    options = parser.parse_args()
    names = [f"agent-{number:03}" for number in range(options.agents)]
    with fleet.Fleet() as hosts:
        hosts.start_controller()
        begin = time.monotonic()
        for name in names:
            hosts.start_agent(name)
        hosts.wait_for_hosts(*names)
        print(f"{len(names)} agents on {os.cpu_count()} cores, connected after "
              f"{time.monotonic() - begin:.1f} s", flush=True)
        measure(hosts, names, options.plan, ["--plan", options.plan])
        if options.catalogue:
            measure(hosts, names, "the short catalogue", [])
    return 0


if __name__ == "__main__":
    sys.exit(main())
