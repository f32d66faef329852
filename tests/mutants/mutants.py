#!/usr/bin/env python3
"""Does the catalogue notice when a kernel is wrong?

Audits this host as it is, then once under each mutant (sockdrift-mutant
--list), and prints in how many cells the outcome changed and how many
expectations that held no longer do. The work is in ./dev mutants.
Exit status: 0 every mutant changed a cell, 1 some did not, 2 usage,
3 nothing could be compared.
"""
import argparse
import collections
import concurrent.futures
import dataclasses
import json
import os
import pathlib
import shlex
import subprocess
import sys

BIN = pathlib.Path(os.environ.get("SOCKDRIFT_BIN", pathlib.Path(__file__).resolve().parents[2] / "build/dev/bin"))
# Verdicts on what could be put to the test.
TESTED = {"holds", "broken", "does-not-hold", "depends"}


@dataclasses.dataclass(frozen=True)
class Mutant:
    name: str
    kind: str
    what: str
    seen_in: str


@dataclasses.dataclass
class Result:
    mutant: Mutant
    unusable: str = ""  # why there is no result
    changed: collections.Counter = dataclasses.field(default_factory=collections.Counter)  # cells of each plan
    lost: collections.Counter = dataclasses.field(default_factory=collections.Counter)  # of each plan: no more DONE
    broken: list = dataclasses.field(default_factory=list)  # "plan expectation"


def mutants():
    listing = subprocess.run([BIN / "sockdrift-mutant", "--list"], capture_output=True, text=True, check=True)
    return [Mutant(*line.split("\t")) for line in listing.stdout.splitlines()]


def audit(mutant, plans):
    """What `audit --output json` says under a mutant; raises RuntimeError with the reason where it says nothing."""
    via = f"{shlex.quote(str(BIN / 'sockdrift-mutant'))} {mutant.name} --"
    chosen = [word for plan in plans for word in ("--plan", plan)]
    run = subprocess.run([BIN / "sockdrift", "audit", "--via", via, "--output", "json", *chosen],
                         capture_output=True, text=True)
    if not run.stdout:
        raise RuntimeError(run.stderr.strip() or f"exit code {run.returncode}")
    return {plan["plan"]: plan for plan in json.loads(run.stdout)["plans"]}


def expectations(plan):
    """(id, claim) to verdict."""
    return {(one["id"], one["claim"]): one["verdict"] for one in plan["expectations"]}


def compare(mutant, healthy, sick):
    result = Result(mutant)
    for name, plan in healthy.items():
        for before, after in zip(plan["cells"], sick[name]["cells"]):
            if before["status"] != "DONE":
                continue
            if after["status"] != "DONE":
                result.lost[name] += 1
            elif before["outcomes"] != after["outcomes"]:
                result.changed[name] += 1
        now = expectations(sick[name])
        result.broken += [f"{name} {key[0]}" for key, verdict in expectations(plan).items()
                          if {verdict, now[key]} <= TESTED and verdict != now[key]]
    return result


def judge(mutant, healthy, plans):
    try:
        return compare(mutant, healthy, audit(mutant, plans))
    except RuntimeError as why:
        return Result(mutant, unusable=str(why))


HEADING = f"{'MUTANT':<28} {'KIND':<8} {'CELLS':>7} {'LOST':>6} {'BROKEN':>6}  WHAT IS WRONG"


def line(r):
    if r.unusable:
        return f"{r.mutant.name:<28} {r.mutant.kind:<8} {'-':>7} {'-':>6} {'-':>6}  {r.unusable.splitlines()[-1]}"
    what = r.mutant.what + (f" ({r.mutant.seen_in})" if r.mutant.seen_in else "")
    return (f"{r.mutant.name:<28} {r.mutant.kind:<8} {r.changed.total():>7,} {r.lost.total():>6,} "
            f"{len(r.broken):>6}  {what}")


def score(results):
    usable = [r for r in results if not r.unusable]
    changing = [r for r in usable if r.changed]
    breaking = [r for r in usable if r.broken]
    lines = [f"{len(changing)} of {len(usable)} mutants change a cell, {len(breaking)} break an expectation"]
    unnoticed = [r.mutant.name for r in usable if not r.changed]
    if unnoticed:
        lines.append(f"no cell changes under: {', '.join(unnoticed)}")
    unbroken = [r.mutant.name for r in usable if r.changed and not r.broken]
    if unbroken:
        lines.append(f"no expectation breaks under: {', '.join(unbroken)}")
    unusable = [r.mutant.name for r in results if r.unusable]
    if unusable:
        lines.append(f"could not be made here: {', '.join(unusable)}")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plan", action="append", default=[], help="only this plan; may be given several times")
    parser.add_argument("--mutant", action="append", default=[], help="only this one; may be given several times")
    parser.add_argument("--broken", action="store_true", help="also name the expectations that break")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    options = parser.parse_args()
    known = {mutant.name: mutant for mutant in mutants()}
    unknown = [name for name in options.mutant if name not in known]
    if unknown:
        print(f"there is no mutant {unknown[0]}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    wanted = [known[name] for name in options.mutant] or [m for m in known.values() if m.name != "none"]
    try:
        healthy = audit(known["none"], options.plan)
    except RuntimeError as why:
        print(f"the audit without a mutant failed: {why}", file=sys.stderr)
        return 3
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        print(HEADING, flush=True)
        results = []
        for result in pool.map(lambda mutant: judge(mutant, healthy, options.plan), wanted):
            results.append(result)
            print(line(result), flush=True)  # they take minutes together
    print("\n" + score(results))
    if options.broken:
        for r in results:
            print("".join(f"\n{r.mutant.name}: {one}" for one in r.broken), end="")
        print()
    usable = [r for r in results if not r.unusable]
    if not usable:
        return 3
    return 0 if all(r.changed for r in usable) else 1


if __name__ == "__main__":
    sys.exit(main())
