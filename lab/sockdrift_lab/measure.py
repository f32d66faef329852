"""Audits kernels of the lab, and keeps what each showed as a behaviour file."""
import concurrent.futures
import json
import os
import pathlib
import subprocess
import time

FINE, FINDINGS, COULD_NOT_TELL = 0, 1, 3
# The name of the kernel that the machine runs.
HERE = "here"


class Measured:
    """One kernel's behaviour file, with how long it took from the command to the
    verdict; or why there is none."""

    def __init__(self, folder, name):
        self.name = name
        self.file = pathlib.Path(folder) / f"{name}.sockdrift"
        self.about = pathlib.Path(folder) / f"{name}.json"

    def known(self):
        """{"seconds", "exit", "trouble"}; None where it was not measured yet."""
        try:
            known = json.loads(self.about.read_text("utf-8"))
            return known if self.file.exists() and "seconds" in known else None
        except (OSError, ValueError, TypeError):
            return None


def command(sockdrift, name, file, plans):
    """`name` is a kernel's, perhaps with parameters behind a plus: 6.12+ipv6.disable=1."""
    kernel, *parameters = name.rsplit("+", 1) if "=" in name else [name]
    words = [sockdrift, "audit"] if name == HERE else [sockdrift, "boot", kernel]
    for parameter in parameters:
        words += ["--append", parameter]
    for plan in plans:
        words += ["--plan", plan]
    return words + ["--save", str(file)]


def audit(sockdrift, name, folder, plans):
    """Measures one; "" or why it could not be. What could be measured in part only
    is kept, with the trouble."""
    measured = Measured(folder, name)
    part = measured.file.with_suffix(".part")
    part.unlink(missing_ok=True)
    began = time.monotonic()
    done = subprocess.run(command(sockdrift, name, part, plans), stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False)
    seconds = time.monotonic() - began
    if done.returncode not in (FINE, FINDINGS, COULD_NOT_TELL) or not part.exists():
        return reason(done.stderr) or f"ended with {done.returncode}"
    trouble = ""
    if done.returncode == COULD_NOT_TELL:
        trouble = reason(done.stderr) or f"sockdrift diff {measured.file} … shows the cells that are not DONE"
    about = {"seconds": round(seconds, 1), "exit": done.returncode, "trouble": trouble}
    measured.about.write_text(json.dumps(about) + "\n", "utf-8")
    os.replace(part, measured.file)
    return ""


def reason(said):
    """The first error of what a command wrote; behind it are the kernel's last words."""
    errors = [line.partition("error: ")[2] for line in said.splitlines() if "error: " in line]
    return errors[0] if errors else said.strip()


def audit_all(sockdrift, names, folder, plans=(), jobs=1, say=print):
    """Measures each, some at once; {name: why not} of those that could not be."""
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    failed = {}
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        running = {pool.submit(audit, sockdrift, name, folder, plans): name for name in names}
        for future in concurrent.futures.as_completed(running):
            name = running[future]
            try:
                why = future.result()
            except (OSError, subprocess.SubprocessError) as error:
                why = str(error)
            if why:
                failed[name] = why
                say(f"{name}: {why}")
            else:
                say(f"{name}: {Measured(folder, name).known()['seconds']} s")
    return failed
