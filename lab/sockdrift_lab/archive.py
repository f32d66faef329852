"""Debian's archive through apt, with lists of our own: nothing is installed and
/etc/apt is only read, for the addresses of the mirror. Signatures are checked
by apt as always."""
import functools
import os
import re
import subprocess
import time

from sockdrift_lab import Unavailable, cache

SUITES = ("bullseye", "bookworm", "bookworm-backports", "trixie", "trixie-backports", "sid", "experimental")
SECURITY_SUITES = ("bullseye-security", "bookworm-security", "trixie-security")
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
# A list older than this is read again.
LIST_AGE_SECONDS = 24 * 3600


class Archive:
    """Of one architecture; another than this machine's needs nothing of dpkg."""

    def __init__(self, arch="amd64"):
        self.arch = arch
        self._folder = cache.folder() / (".apt" if arch == "amd64" else f".apt-{arch}")
        self._read_lists()

    def _apt(self, *arguments, folder=None):
        options = {
            "APT::Architecture": self.arch,
            "APT::Architectures::": self.arch,
            "Dir::Etc::sourcelist": self._folder / "sources.list",
            "Dir::Etc::sourceparts": "/dev/null",
            "Dir::Etc::preferencesparts": "/dev/null",
            "Dir::State::Lists": self._folder / "lists",
            "Dir::Cache": self._folder / "cache",
            # Container images turn these off; building them takes seconds.
            "Dir::Cache::pkgcache": "pkgcache.bin",
            "Dir::Cache::srcpkgcache": "srcpkgcache.bin",
            "APT::Sandbox::User": "",
            "APT::Update::Post-Invoke-Success::": "",
            "Acquire::Languages": "none",
            "Acquire::Retries": "1",
            "Acquire::http::Timeout": "20",
        }
        command = [arguments[0], "-qq"]
        for name, value in options.items():
            command += ["-o", f"{name}={value}"]
        environment = dict(os.environ, LC_ALL="C")
        return subprocess.run(command + list(arguments[1:]), cwd=folder, env=environment,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)

    def _read_lists(self):
        stamp = self._folder / "stamp"
        # A later version of this file may name further suites.
        wanted = sources(mirrors(), self.arch)
        if (stamp.exists() and stamp.read_text("utf-8") == wanted
                and time.time() - stamp.stat().st_mtime < LIST_AGE_SECONDS):
            return
        for below in ("lists/partial", "cache/archives/partial"):
            (self._folder / below).mkdir(parents=True, exist_ok=True)
        (self._folder / "sources.list").write_text(wanted, "utf-8")
        result = self._apt("apt-get", "update")
        # A suite that is gone costs a warning; no suite at all, the lab.
        if not any((self._folder / "lists").glob("*_Packages*")):
            raise Unavailable("Debian's archive could not be read: " + last_line(result.stderr))
        stamp.write_text(wanted, "utf-8")

    def versions(self, package):
        """Of a package, oldest first; empty when there is none."""
        text = self._apt("apt-cache", "show", package).stdout
        return in_order(re.findall(r"^Version: (\S+)$", text, re.MULTILINE))

    @functools.cached_property
    def _kernels(self):
        """(version in the package's name, what the package says that it is), each."""
        text = self._apt("apt-cache", "search", "--names-only", rf"^linux-image-[0-9].*-{self.arch}$").stdout
        found = re.findall(rf"^linux-image-(\d+\.\d+\S*)-{self.arch} - (.*)", text, re.MULTILINE)
        return [(version, says) for version, says in found if not re.search(r"-(cloud|rt)$|-unsigned", version)]

    @property
    def kernels(self):
        """The versions in the names of kernel packages ("6.1.0-56"), oldest first."""
        return in_order(version for version, _ in self._kernels if re.match(r"\d+\.\d+\.", version))

    @property
    def candidates(self):
        """Release candidates, which come under the bare name of their series ("7.3"), oldest first."""
        return in_order(version for version, says in self._kernels if re.search(r"-rc\d", says))

    def download(self, packages, folder):
        """Packages as NAME=VERSION, into the folder."""
        result = self._apt("apt-get", "download", *packages, folder=folder)
        if result.returncode != 0:
            raise Unavailable(f"{' '.join(packages)} could not be downloaded: " + last_line(result.stderr))


def last_line(text):
    lines = text.strip().splitlines()
    return lines[-1] if lines else "apt said nothing"


def mirrors():
    """The archive's and the security archive's address, as this machine has them."""
    text = ""
    try:
        text = subprocess.run(["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE)"],
                              capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        pass
    main = security = None
    for line in text.splitlines():
        address, _, release = line.partition(" ")
        if "security" in release:
            security = security or address
        else:
            main = main or address
    if main is None:
        raise Unavailable("apt knows of no Debian archive on this machine")
    return main, security


def sources(addresses, arch):
    main, security = addresses
    lines = [f"deb [arch={arch} signed-by={KEYRING}] {main} {suite} main" for suite in SUITES]
    if security:
        lines += [f"deb [arch={arch} signed-by={KEYRING}] {security} {suite} main" for suite in SECURITY_SUITES]
    return "\n".join(lines) + "\n"


def sort_key(version):
    """Orders Debian versions: numbers by value, '~' before everything."""
    return [(0, -1, "") if part == "~" else (2, int(part), "") if part.isdigit() else (1, 0, part)
            for part in re.findall(r"\d+|~|[^\d~]+", version)] + [(1, -1, "")]


def in_order(versions):
    return sorted(set(versions), key=sort_key)
