"""From a name to a kernel in the cache."""
import re

from sockdrift_lab import Misuse, Unavailable, cache, unpack
from sockdrift_lab.archive import Archive

# The way in and out, and what plans use besides. The rest of the list is
# loaded because of these.
MODULES = ("virtio_pci", "virtio_console", "dummy", "veth", "vrf", "tcp_diag", "udp_diag", "unix_diag")
KERNEL_NAME = re.compile(r"[0-9]+\.[0-9]+[-+.~a-z0-9]*$")
# In /boot, or beside the modules from 6.19 on.
WANTED_FILES = r"/(boot|modules/[^/]+)/(vmlinuz|config)[^/]*$|\.ko(\.xz|\.zst|\.gz)?$"


def names(archive):
    """What can be fetched: (series or name, newest version)."""
    newest = {}
    for version in archive.kernels:
        newest[series_of(version)] = version
    listed = list(newest.items())
    gvisor = gvisor_versions(archive)
    return listed + ([("gvisor", gvisor[-1])] if gvisor else [])


def series_of(version):
    return ".".join(re.findall(r"\d+", version)[:2])


def fetch(name, archive=None, again=False):
    """Makes sure that the kernel is in the cache; what is known of it."""
    if name != "gvisor" and not KERNEL_NAME.match(name):
        raise Misuse(f"{name}: a kernel is named by its series (6.1), its exact version or 'gvisor'")
    with cache.locked():
        known = cache.about(name)
        if known is not None and not again:
            return known
        archive = archive or Archive()
        with cache.new_entry(name) as part:
            if name == "gvisor":
                fetch_gvisor(part, archive)
            else:
                fetch_linux(name, part, archive)
        return cache.about(name)


def choose(name, versions):
    """The newest of a series, or the version of exactly that name."""
    if name in versions:
        return name
    of_series = [v for v in versions if series_of(v) == name]
    if not of_series:
        series = ", ".join(dict.fromkeys(series_of(v) for v in versions)) or "none"
        raise Unavailable(f"no kernel {name} in Debian's archive; there is: {series}")
    return of_series[-1]


def packages_of(version, archive):
    """The packages that the kernel is in, as NAME=VERSION. Up to 6.18 that is
    one; later ones are empty and depend on two others, of which the archive
    may have let one go."""
    image = f"linux-image-{version}-amd64"
    source = archive.versions(image)[-1]
    packages = [f"{image}={source}"]
    for part in ("binary", "modules"):
        package = f"linux-{part}-{version}-amd64"
        if source in archive.versions(package):
            packages.append(f"{package}={source}")
    return packages, source


def fetch_linux(name, part, archive):
    version = choose(name, archive.kernels)
    packages, source = packages_of(version, archive)
    archive.download(packages, part)
    modules = {}
    for package in sorted(part.glob("*.deb")):
        for path, content in unpack.files_of(package, WANTED_FILES):
            if ".ko" in path.name:
                modules[path.name.split(".ko")[0].replace("-", "_")] = content
            elif path.name.startswith("vmlinuz"):
                (part / "vmlinux").write_bytes(unpack.vmlinux(content))
            else:
                (part / "config").write_bytes(content)
        package.unlink()
    if not (part / "vmlinux").exists():
        raise Unavailable(f"{packages[0]} came without a kernel")
    if not modules:
        raise Unavailable(f"the modules of {packages[0]} are gone from Debian's archive; "
                          "without them the lab cannot talk to a guest")
    write_modules(part / "modules", modules)
    cache.describe(part, name=name, kind="linux", package=packages[0].partition("=")[0],
                   version=source, release=f"{version}-amd64")


def write_modules(folder, packed):
    folder.mkdir()
    modules = LazyModules(packed)
    for number, module in enumerate(unpack.load_order(modules, MODULES)):
        (folder / f"{number:02}-{module}.ko").write_bytes(modules[module])


class LazyModules(dict):
    """Decompresses the few that are asked for of the thousands that there are."""

    def __getitem__(self, name):
        return unpack.decompress(super().__getitem__(name))


def gvisor_versions(archive):
    """Those built for this release of Debian, if there are: unstable's crashes
    when a program makes a second network namespace."""
    versions = archive.versions("runsc")
    return [v for v in versions if "bpo12" in v] or versions


def fetch_gvisor(part, archive):
    versions = gvisor_versions(archive)
    if not versions:
        raise Unavailable("no runsc (gVisor) in Debian's archive")
    version = versions[-1]
    archive.download([f"runsc={version}"], part)
    for package in part.glob("*.deb"):
        for _, content in unpack.files_of(package, r"/bin/runsc$"):
            (part / "runsc").write_bytes(content)
            (part / "runsc").chmod(0o755)
        package.unlink()
    if not (part / "runsc").exists():
        raise Unavailable(f"runsc={version} came without its program")
    cache.describe(part, name="gvisor", kind="gvisor", package="runsc", version=version, release="")
