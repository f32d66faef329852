"""A small fleet of real processes: a controller, agents in network namespaces
of their own, reached by Unix socket, and the command line."""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

BIN = pathlib.Path(os.environ.get("SOCKDRIFT_BIN", "build/dev/bin")).resolve()
SOURCE = pathlib.Path(__file__).resolve().parents[2]
# The longest that anything here may take; nothing waits that long when all is
# well, because what is waited for is asked for and not slept over.
PATIENCE = 90


def require(*needs):
    """Skips the test for what the machine lacks, unless SOCKDRIFT_REQUIRE
    names it: then it fails."""
    required = os.environ.get("SOCKDRIFT_REQUIRE", "").split(",")
    for need in needs:
        why = missing(need)
        if not why:
            continue
        if need in required or need.removeprefix("program:") in required:
            raise AssertionError(f"{need} is required and missing: {why}")
        raise unittest.SkipTest(f"needs {need}: {why}")


def missing(need):
    if need.startswith("program:"):
        name = need.removeprefix("program:")
        return "" if shutil.which(name) else f"{name} is not on PATH"
    if need == "netns":
        made = subprocess.run(["unshare", "--net", "true"], capture_output=True, text=True)
        return made.stderr.strip() if made.returncode else ""
    if need == "root":
        return "" if os.geteuid() == 0 else "this is an ordinary user"
    return "no test knows this need"


def wait_until(condition, what, patience=PATIENCE):
    """The condition's first true value; it is asked again and again."""
    end = time.monotonic() + patience
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"did not come in {patience} s: {what}")
        time.sleep(0.05)


class Fleet:
    """Everything it starts has ended when it is closed."""

    # A fleet of slower hosts has more; a run's deadline comes before it.
    patience = PATIENCE
    deadline = "60s"

    def __init__(self, data_dir=None):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="sockdrift-e2e-"))
        self.data = pathlib.Path(data_dir) if data_dir else self.dir / "data"
        self.socket = f"unix:{self.dir}/controller.sock"
        self.controller = None
        self.agents = {}
        self.web = ""
        self.clock = None  # the controller's, where it is not the machine's

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if kind is not None and kind is not unittest.SkipTest:
            for log in sorted(self.dir.glob("*.log")):
                print(f"--- {log.name}", *log.read_text().splitlines()[-15:], sep="\n", file=sys.stderr)
        for process in [*self.agents.values(), self.controller]:
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()
        shutil.rmtree(self.dir, ignore_errors=True)

    # --- processes

    def _start(self, name, argv, env=None):
        with open(self.dir / f"{name}.log", "ab") as log:
            return subprocess.Popen(argv, stderr=log, stdout=log, stdin=subprocess.DEVNULL, env=env)

    def controller_argv(self, *more):
        return [str(BIN / "sockdrift-controller"), "--listen", self.socket,
                "--web-listen", "127.0.0.1:0", "--data-dir", str(self.data),
                "--ready-file", str(self.dir / "ready"), "--audit-interval", "0", *more]

    def start_controller(self, *more):
        ready = self.dir / "ready"
        ready.unlink(missing_ok=True)
        self.controller = self._start("controller", self.controller_argv(*more), self.clock and self.clock.environment)
        wait_until(lambda: ready.exists() or self.controller.poll() is not None, "a controller that serves")
        if self.controller.poll() is not None:
            raise AssertionError((self.dir / "controller.log").read_text())
        self.web = ready.read_text().split("web ")[1].strip()

    def kill_controller(self):
        self.controller.send_signal(signal.SIGKILL)
        self.controller.wait()

    def start_agent(self, name, *settings, host_id=None, state=None, more=()):
        """`settings` are sysctls of its namespace, written before it starts."""
        script = ('for s in $1; do k=${s%%=*}; echo "${s#*=}" > "/proc/sys/${k//.//}" || exit 1; done; '
                  'shift; exec "$@"')
        self.agents[name] = self._start(name, [
            "unshare", "--net", "bash", "-c", script, "agent", " ".join(settings),
            str(BIN / "sockdrift-agent"), "--controller", self.socket,
            "--host-id", host_id or name, "--state-dir", str(self.dir / (state or f"state-{name}")), *more])
        return self.agents[name]

    def stop_agent(self, name, number=signal.SIGTERM):
        process = self.agents.pop(name)
        process.send_signal(number)
        process.wait(PATIENCE)

    # --- the command line

    def cli(self, command, *arguments, code=0, controller=True):
        """What it wrote, the exit code being `code` (or one of them)."""
        argv = [str(BIN / "sockdrift"), command, *arguments]
        if controller:
            argv += ["--controller", self.socket]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=self.patience, stdin=subprocess.DEVNULL)
        if done.returncode not in (code if isinstance(code, tuple) else (code,)):
            raise AssertionError(f"{command} {arguments} ended with {done.returncode}, not {code}:\n"
                                 f"{done.stdout}{done.stderr}")
        return done.stdout if "json" in arguments else done.stdout + done.stderr

    def json(self, command, *arguments, code=0):
        return json.loads(self.cli(command, *arguments, "--output", "json", code=code))

    def hosts(self):
        # 3 while no host is known.
        return {host["host"]: host for host in self.json("hosts", code=(0, 3))["hosts"]}

    def wait_for_hosts(self, *names):
        wait_until(lambda: all(self.hosts().get(n, {}).get("connected") for n in names), f"hosts {names}")

    def run(self, *arguments, code=0):
        return self.json("run", "--deadline", self.deadline, *arguments, code=code)

    def start_run(self, *arguments):
        """Its id; it goes on by itself."""
        return self.cli("run", "--detach", *arguments).split()[-1]

    # --- HTTP

    def get(self, path):
        with urllib.request.urlopen(self.web + path, timeout=10) as answer:
            return answer.read().decode()

    def metric(self, name):
        """The value of the sample that begins with `name`."""
        for line in self.get("/metrics").splitlines():
            if line.startswith(name):
                return float(line.rsplit(" ", 1)[1])
        raise AssertionError(f"no sample {name}")


class Clock:
    """A clock for the processes that get its environment; it is set forward
    without waiting. Monotonic clocks stay the machine's."""

    def __init__(self, path):
        self.path = path
        self.forward("0d")
        library, = pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")
        self.environment = {**os.environ, "LD_PRELOAD": str(library), "FAKETIME_TIMESTAMP_FILE": str(path),
                            "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}

    def forward(self, time):
        """So far from the machine's time: `3d`."""
        new = self.path.with_suffix(".new")
        new.write_text(f"+{time}\n")
        new.rename(self.path)


class Prometheus:
    """One that scrapes the fleet's controller every second, with the alerts of
    deploy/; it ends with the fleet."""

    def __init__(self, fleet):
        config = fleet.dir / "prometheus.yml"
        target = fleet.web.removeprefix("http://")
        config.write_text(
            "global: {scrape_interval: 1s, evaluation_interval: 1s}\n"
            f"rule_files: ['{SOURCE}/deploy/prometheus/rules.yml']\n"
            f"scrape_configs: [{{job_name: sockdrift, static_configs: [{{targets: ['{target}']}}]}}]\n")
        self.process = fleet.agents["prometheus"] = fleet._start("prometheus", [
            "prometheus", f"--config.file={config}", f"--storage.tsdb.path={fleet.dir}/tsdb",
            "--web.listen-address=127.0.0.1:0", "--log.format=logfmt"])
        log = fleet.dir / "prometheus.log"
        # It says which port it was given only through its own metrics; the
        # kernel says it at once.
        self.port = wait_until(self._listening_port, f"a Prometheus: {log}")
        wait_until(lambda: self.ask('up{job="sockdrift"} == 1'), "a first scrape")

    def _listening_port(self):
        done = subprocess.run(["ss", "-Hltnp"], capture_output=True, text=True)
        found = re.search(rf"127\.0\.0\.1:(\d+) .*pid={self.process.pid},", done.stdout)
        return found and found.group(1)

    def ask(self, query):
        """What an instant query returns; nothing while it does not serve yet."""
        url = f"http://127.0.0.1:{self.port}/api/v1/query?" + urllib.parse.urlencode({"query": query})
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return json.loads(answer.read())["data"]["result"]
        except urllib.error.HTTPError as error:
            if error.code == 503:  # it listens before it serves
                return []
            raise AssertionError(f"{query}: {error.read().decode()}") from error
        except urllib.error.URLError:
            return []


def listed(run, name):
    """The hosts of one list of a run."""
    return sorted(host["host"] for host in run[name])
