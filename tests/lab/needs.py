"""What a test of the lab needs and may not have here. A missing need skips the
test with the reason, unless SOCKDRIFT_REQUIRE names it: then the test fails."""
import os
import shutil
import subprocess
import unittest


def missing(need, why):
    if need in os.environ.get("SOCKDRIFT_REQUIRE", "").split(","):
        raise AssertionError(f"{need} is required and missing: {why}")
    raise unittest.SkipTest(f"needs {need}: {why}")


def need_gvisor():
    """What runsc needs of the host: root, and user namespaces."""
    if os.geteuid() != 0:
        missing("root", "runsc needs it")
    made = subprocess.run(["unshare", "--user", "true"], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        missing("userns", f"runsc needs it: {made.stderr.strip()}")


def need_program(name):
    if shutil.which(name) is None:
        missing(name, "it is not on PATH")


def need_kernel(fetch, name):
    """Fetches the kernel when it is not in the cache, which takes some seconds."""
    need_fetched(fetch, name)


def need_package(fetch, name):
    """The same of the kernel's Debian package; its path."""
    return need_fetched(fetch, "--package", name).strip()


def need_fetched(fetch, *arguments):
    for program in ("apt-get", "dpkg-deb"):
        need_program(program)
    try:
        done = subprocess.run([fetch, *arguments], capture_output=True, text=True, timeout=120, check=False)
    except subprocess.TimeoutExpired:
        missing("lab-kernels", f"{' '.join(arguments)} was not fetched in 120 s")
    if done.returncode != 0:
        missing("lab-kernels", done.stderr.strip())
    return done.stdout
