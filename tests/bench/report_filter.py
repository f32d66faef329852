#!/usr/bin/env python3
"""How long the report's page takes, with the whole catalogue of two hosts that
differ: to open, and from a filter's change to the next painted frame.

Needs root (network namespaces), chromium and python3-selenium. SOCKDRIFT_BIN is
the folder of the binaries. Prints numbers; judges nothing.
"""
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "tests/report"))

from browser import open_report, start_browser  # noqa: E402

BIN = pathlib.Path(os.environ.get("SOCKDRIFT_BIN", "build/dev/bin")).resolve()
ROUNDS = 15
FILTERS = [("f-text", "EADDRINUSE"), ("f-text", "reuse ::1"), ("f-outcome", "EINVAL"), ("f-address", "inet6"),
           ("f-option", "SO_REUSEADDR"), ("f-state", "1"), ("f-plan", "bind"), ("f-text", "")]

# From the change to when a frame that was drawn after it has been shown.
MEASURE = """
const [id, value, done] = arguments;
const field = document.getElementById(id);
document.getElementById("f-reset").click();
requestAnimationFrame(() => requestAnimationFrame(() => {
  field.value = value;
  const start = performance.now();
  field.dispatchEvent(new Event("input", {bubbles: true}));
  const handled = performance.now();
  requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => done([handled - start, performance.now() - start]);
    channel.port2.postMessage(0);
  });
}));
"""


def audit(folder, name, *settings):
    script = "; ".join(f"echo {value} > /proc/sys/{key}" for key, value in settings) or ":"
    command = f"ip link set lo up; {script}; exec {BIN}/sockdrift audit --save {folder}/{name}"
    subprocess.run(["unshare", "--net", "sh", "-c", command], stdout=subprocess.DEVNULL, check=False)


def main():
    with tempfile.TemporaryDirectory() as folder:
        audit(folder, "plain")
        audit(folder, "other", ("net/ipv6/bindv6only", 1), ("net/ipv4/ip_unprivileged_port_start", 80))
        page = pathlib.Path(folder, "report.html")
        subprocess.run([BIN / "sockdrift", "report", f"{folder}/plain", f"{folder}/other", "--html", page],
                       check=True, stderr=subprocess.DEVNULL)
        browser = start_browser()
        try:
            open_report(browser, page.as_uri())
            cells = browser.find_element("css selector", "#f-count").text
            opened = browser.execute_script("return performance.now()")
            print(f"report: {page.stat().st_size / 1024:.0f} KiB, {cells}, shown within {opened:.0f} ms of its opening")
            for field, value in FILTERS:
                times = [browser.execute_async_script(MEASURE, field, value) for _ in range(ROUNDS)]
                handled, painted = ([one[i] for one in times] for i in (0, 1))
                print(f"filter {field[2:]}={value or '(none)'}: painted after {statistics.median(painted):.0f} ms "
                      f"(median of {ROUNDS}; largest {max(painted):.0f} ms), {statistics.median(handled):.0f} ms of it script")
        finally:
            browser.quit()


if __name__ == "__main__":
    main()
