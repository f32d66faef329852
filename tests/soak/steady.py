#!/usr/bin/env python3
"""Is what the catalogue sees here the same every time?

Audits this host with every plan that is not long: twice, once beside four busy
loops, and once on each of two CPUs. Says how long each took. Fails where a cell is UNSTABLE, ERROR or
MISS, a rule is broken, or the outcomes differ between audits.
Exit status: 0 steady, 1 not.
"""
import collections
import json
import os
import pathlib
import subprocess
import sys
import time

BIN = pathlib.Path(os.environ.get("SOCKDRIFT_BIN", pathlib.Path(__file__).resolve().parents[2] / "build/dev/bin"))
BUSY_LOOPS = 4


class BusyLoops:
    def __enter__(self):
        self.loops = [subprocess.Popen(["sh", "-c", "while :; do :; done"]) for _ in range(BUSY_LOOPS)]

    def __exit__(self, *_):
        for loop in self.loops:
            loop.kill()
            loop.wait()


class OnCpu:
    """On one CPU alone: which one it is must never show."""

    def __init__(self, cpu):
        self.cpu = cpu

    def __enter__(self):
        self.before = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {self.cpu})

    def __exit__(self, *_):
        os.sched_setaffinity(0, self.before)


class Quiet:
    def __enter__(self):
        pass

    def __exit__(self, *_):
        pass


def audit(circumstances, name):
    """Plan to behaviour digest, and what is wrong, a line each."""
    began = time.monotonic()
    with circumstances:
        run = subprocess.run([BIN / "sockdrift", "audit", "--output", "json"], capture_output=True, text=True)
    took = time.monotonic() - began
    if not run.stdout:
        return {}, [f"{name}: no audit: {run.stderr.strip()}"]
    plans = json.loads(run.stdout)["plans"]
    statuses = collections.Counter(cell["status"] for plan in plans for cell in plan["cells"])
    print(f"{name}: {took:.1f} s, {len(plans)} plans, " +
          ", ".join(f"{count:,} {status}" for status, count in sorted(statuses.items())))
    wrong = [f"{name}: {plan['plan']}: {cell['status']}: {cell['reason']} {cell['axes']}"
             for plan in plans for cell in plan["cells"] if cell["status"] not in ("DONE", "SKIP")]
    wrong += [f"{name}: {plan['plan']}: rule {rule['id']} is broken"
              for plan in plans for rule in plan["expectations"] if rule["verdict"] == "broken"]
    return {plan["plan"]: plan["behaviour"] for plan in plans}, wrong


def main():
    first, wrong = audit(Quiet(), "first audit")
    others = [(Quiet(), "second audit"), (BusyLoops(), f"beside {BUSY_LOOPS} busy loops")]
    cpus = sorted(os.sched_getaffinity(0))
    others += [(OnCpu(cpu), f"on CPU {cpu}") for cpu in {cpus[0], cpus[-1]}]
    for circumstances, name in others:
        behaviours, more = audit(circumstances, name)
        wrong += more
        wrong += [f"{name}: {plan} behaves otherwise than in the first audit"
                  for plan, behaviour in first.items() if behaviours.get(plan) != behaviour]
    print("\n".join(wrong) if wrong else "steady: the same outcomes each time, no cell UNSTABLE")
    return 1 if wrong or not first else 0


if __name__ == "__main__":
    sys.exit(main())
