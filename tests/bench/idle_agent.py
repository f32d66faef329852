#!/usr/bin/env python3
"""What an agent costs while nothing is asked of it: resident memory and
processor time over a minute, after its first audit. Exit status: 0 within the
budget (25 MiB, 0.1 % of a core), 1 above it.

SOCKDRIFT_BIN names the folder of the binaries.
"""
import os
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
import fleet  # noqa: E402

SECONDS = 60
MAX_RSS_MIB = 25
MAX_CPU_PERCENT = 0.1


def cpu_seconds(pid):
    # utime and stime, after the name, which may hold spaces.
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rss_mib(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise AssertionError(f"/proc/{pid}/status has no VmRSS")


def main():
    with fleet.Fleet() as hosts:
        hosts.start_controller()
        pid = hosts.start_agent("idle").pid
        hosts.cli("run", "--wait-hosts", "1", "--deadline", "120s")
        before = cpu_seconds(pid)
        time.sleep(SECONDS)
        percent = (cpu_seconds(pid) - before) / SECONDS * 100
        rss = rss_mib(pid)
    print(f"idle agent, {SECONDS} s after an audit: {rss:.1f} MiB resident ({MAX_RSS_MIB} allowed), "
          f"{percent:.3f} % of a core ({MAX_CPU_PERCENT} allowed)")
    return 0 if rss < MAX_RSS_MIB and percent <= MAX_CPU_PERCENT else 1


if __name__ == "__main__":
    sys.exit(main())
