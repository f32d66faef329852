"""From a name to a kernel in the cache."""
import re

from sockdrift_lab import Misuse, Unavailable, cache, gvisor_package, linux_package, uml_package
from sockdrift_lab.archive import Archive

# What a name of Debian's Linux kernels looks like, and of user-mode Linux.
LINUX_NAME = re.compile(r"[0-9]+\.[0-9]+[-+.~a-z0-9]*$")
UML_NAME = re.compile(r"uml-[0-9]+\.[0-9]+$")
# Beside every kernel for this machine the lab has one of another architecture.
OTHER_ARCHITECTURES = ("6.12-arm64",)
# And of one the Debian package.
KEPT_PACKAGE = "6.1"


class Archives:
    """One an architecture, read when it is asked for."""

    def __init__(self):
        self._of = {}

    def of(self, arch):
        if arch not in self._of:
            self._of[arch] = Archive(arch)
        return self._of[arch]


def names(archives):
    """What can be fetched: (name, kind, architecture, newest version), each."""
    listed = []
    for arch, suffix in (("amd64", ""), ("arm64", "-arm64")):
        for name, version in linux_package.newest_of_series(archives.of(arch)):
            listed.append((name + suffix, "linux", arch, version))
    amd64 = archives.of("amd64")
    listed += [(f"uml-{series}", "uml", "amd64", version)
               for series, version in uml_package.newest_of_series(amd64)]
    listed += [("gvisor", "gvisor", "amd64", version) for version in gvisor_package.versions(amd64)[-1:]]
    return listed


def whole_lab(archives):
    """The names that the lab is made of."""
    return [name for name, _, arch, _ in names(archives) if arch == "amd64" or name in OTHER_ARCHITECTURES]


def fetch(name, archives=None, again=False):
    """Makes sure that the kernel is in the cache; what is known of it."""
    fill, arch = how_to_fetch(name)
    with cache.locked():
        known = cache.about(name)
        if known is not None and not again:
            return known
        archive = (archives or Archives()).of(arch)
        with cache.new_entry(name) as part:
            found = fill(part, archive)
            cache.describe(part, name=name, arch=arch, **found)
        return cache.about(name)


def fetch_package(name, archives, again=False):
    """The path of the kernel's Debian package, which is kept beside the kernels."""
    if not LINUX_NAME.match(name) or name.endswith("-arm64"):
        raise Misuse(f"{name}: a package of Debian's Linux kernels for amd64 is named by its series (6.1) or exactly")
    with cache.locked():
        kept = list(cache.packages(name).glob("*.deb"))
        if kept and not again:
            return kept[0]
        with cache.new_entry(f"{cache.PACKAGES}/{name}") as part:
            linux_package.fetch_package(name, part, archives.of("amd64"))
        return next(cache.packages(name).glob("*.deb"))


def how_to_fetch(name):
    """(what fills a folder from an archive, the archive's architecture)"""
    if name == "gvisor":
        return gvisor_package.fetch, "amd64"
    if UML_NAME.match(name):
        series = name.removeprefix("uml-")
        return (lambda part, archive: uml_package.fetch(series, part, archive)), "amd64"
    if LINUX_NAME.match(name):
        version = name.removesuffix("-arm64")
        arch = "amd64" if version == name else "arm64"
        return (lambda part, archive: linux_package.fetch(version, part, archive)), arch
    raise Misuse(f"{name}: a kernel is named by its series (6.1, 6.12-arm64, 7.3-rc), its exact version, "
                 "uml-SERIES, or 'gvisor'")


def fetch_all(wanted, archives, again=False):
    """Each name with what is known of it, or with why it cannot be had."""
    for name in wanted:
        try:
            yield name, fetch(name, archives, again), None
        except Unavailable as error:
            yield name, None, error
