#!/usr/bin/env python3
"""lab_fleet.py [--plan PLAN]... [--kernel NAME]... [--uml NAME]... [--keep]

The lab as a fleet: one controller on this machine; agents on this machine, in
virtual machines with other kernels and in gVisor, which join it by gRPC streams;
user-mode Linux, which has no network there, by imported behaviour files. Audits
them all and explains how they differ. `./dev lab fleet` builds first.
Exit status: 0, 2 usage, 3 a part could not run (with the reason).
"""
import argparse
import contextlib
import os
import pathlib
import shutil
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(SOURCE / "tests" / "e2e"), str(SOURCE / "lab")]

from authority import Authority  # noqa: E402
from fleet import BIN, Fleet, wait_until  # noqa: E402
from sockdrift_lab import cache  # noqa: E402

# Where a guest's network has the host.
HOST = "10.0.2.2"
KERNELS = ("6.1", "6.12")
USER_MODE = ("uml-6.1", "uml-6.12")
PLANS = ("bind.conflict", "bind.privileged-port", "dual-stack.listener-reach", "reuse.restart")


class LabFleet(Fleet):
    """Names of hosts are those of the lab's kernels, and `here`."""

    # Emulated guests share the machine's cores.
    patience = 260
    deadline = "240s"

    def __init__(self):
        super().__init__()
        self.authority = Authority(self.dir, "authority")
        self.port = ""

    def __exit__(self, kind, value, trace):
        # Asked to end, what boots a guest puts things in order; killed, runsc would outlive it.
        for process in self.agents.values():
            process.terminate()
        for process in self.agents.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
        super().__exit__(kind, value, trace)

    def start_controller(self, *more):
        tls = self.authority.issue("controller", f"DNS:localhost,IP:127.0.0.1,IP:{HOST}")
        super().start_controller("--listen", "127.0.0.1:0", *tls, *more)
        lines = (self.dir / "ready").read_text().splitlines()
        self.port = next(line for line in lines if line.startswith("grpc 127.")).rpartition(":")[2]

    def agent_argv(self, name, address, state, *more):
        return [str(BIN / "sockdrift-agent"), "--controller", address, "--host-id", name, "--state-dir", state, *more]

    def start_here(self):
        self.agents["here"] = self._start("here", self.agent_argv("here", self.socket, str(self.dir / "state-here")))

    def start_guest(self, kernel):
        """An agent of this machine's files under another kernel."""
        tls = self.authority.issue(kernel, f"URI:sockdrift:host:{kernel}")
        agent = self.agent_argv(kernel, f"{HOST}:{self.port}", "/tmp/state", *tls)
        self.agents[kernel] = self._start(kernel, [
            str(BIN / "sockdrift"), "boot", kernel, "--root", "/", "--network", "--memory", "512",
            "--timeout", "3600", "--", *agent])

    def start_gvisor(self):
        """gVisor has a network of its own, and sees the controller's Unix socket."""
        agent = self.agent_argv("gvisor", self.socket, "/tmp/state")
        self.agents["gvisor"] = self._start("gvisor", [
            str(BIN / "sockdrift"), "boot", "gvisor", "--network", "--timeout", "3600", "--", *agent])

    def wait_for_agents(self):
        """Until each is connected; one that ended first is an error with its last words."""
        def all_there():
            for name, process in self.agents.items():
                if process.poll() is not None:
                    raise AssertionError(f"{name} ended with {process.returncode}: {self.last_words(name)}")
            hosts = self.hosts()
            return all(hosts.get(name, {}).get("connected") for name in self.agents)
        wait_until(all_there, f"agents of {', '.join(self.agents)}", self.patience)

    def last_words(self, name):
        lines = (self.dir / f"{name}.log").read_text().strip().splitlines()
        return lines[-1] if lines else "nothing was said"

    def import_user_mode(self, kernel, plans):
        """What it shows by itself, brought to the controller as a file."""
        file = self.dir / f"{kernel}.sockdrift"
        self.cli("boot", kernel, *plans, "--save", str(file), code=(0, 1), controller=False)
        self.cli("import", str(file), "--as", kernel)


    def show(self, *words):
        """A command's answer, as a person sees it."""
        print(f"\n$ sockdrift {' '.join(words)}", flush=True)
        return subprocess.run([str(BIN / "sockdrift"), *words, "--controller", self.socket], check=False).returncode


def of_plans(plans):
    return [word for plan in plans for word in ("--plan", plan)]


def start_parts(fleet, kernels, missing):
    """Starts what can run here; `missing` gets the reasons of the others by name."""
    fleet.start_controller()
    fleet.start_here()
    for kernel in kernels:
        if not missing.add(kernel, program="qemu-system-x86_64"):
            fleet.start_guest(kernel)
    if not missing.add("gvisor", root=True):
        fleet.start_gvisor()
    fleet.wait_for_agents()


class Missing(dict):
    """Why parts of the lab cannot run, by their names."""

    def add(self, kernel, program="", root=False):
        """Whether the part cannot run; then the reason is kept."""
        reason = ""
        if cache.about(kernel) is None:
            reason = f"it is not in the lab's cache: lab/fetch {kernel}"
        elif program and shutil.which(program) is None:
            reason = f"{program} is not on PATH"
        elif root and os.geteuid() != 0:
            reason = "it needs root"
        if reason:
            self[kernel] = reason
        return bool(reason)


def tell(arguments):
    missing = Missing()
    plans = of_plans(arguments.plan or PLANS)
    with LabFleet() as fleet:
        start_parts(fleet, arguments.kernel or KERNELS, missing)
        fleet.show("run", "--deadline", fleet.deadline, *plans)
        # What is imported before a run would be waited for: it is known and not connected.
        for kernel in arguments.uml or USER_MODE:
            if not missing.add(kernel):
                fleet.import_user_mode(kernel, plans)
        fleet.show("hosts")
        fleet.show("explain")
        for name, reason in missing.items():
            print(f"not there: {name}: {reason}")
        if arguments.keep:
            print(f"left running; Ctrl-C ends it\n{(fleet.dir / 'ready').read_text()}", flush=True)
            fleet.controller.wait()
    return 3 if missing else 0


def main():
    parser = argparse.ArgumentParser(prog="./dev lab fleet", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plan", action="append", help=f"plans to run ({', '.join(PLANS)})")
    parser.add_argument("--kernel", action="append", help=f"kernels in virtual machines ({', '.join(KERNELS)})")
    parser.add_argument("--uml", action="append", help=f"user-mode Linux ({', '.join(USER_MODE)})")
    parser.add_argument("--keep", action="store_true", help="leave it running")
    try:
        return tell(parser.parse_args())
    except AssertionError as error:
        print(f"lab fleet: {error}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
