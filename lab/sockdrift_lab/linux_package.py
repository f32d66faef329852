"""Debian's Linux kernels: which there are, and what the lab takes of one."""
import re

from sockdrift_lab import Unavailable, unpack

# What plans use; what these depend on is loaded before them.
MODULES = ("dummy", "veth", "vrf", "tcp_diag", "udp_diag", "unix_diag")
# What a guest needs to share the host's files and network.
HOST_MODULES = ("virtio_pci", "9pnet_virtio", "9p", "overlay", "virtio_net")
# In /boot, or beside the modules from 6.19 on.
WANTED_FILES = r"/(boot|modules/[^/]+)/(vmlinuz|config)[^/]*$|\.ko(\.xz|\.zst|\.gz)?$"


def series_of(version):
    return ".".join(re.findall(r"\d+", version)[:2])


def newest_of_series(archive):
    """(series, version), each; a release candidate's name is 7.3-rc."""
    newest = {}
    for version in archive.kernels:
        newest[series_of(version)] = version
    for version in archive.candidates:
        newest[f"{series_of(version)}-rc"] = version
    return list(newest.items())


def choose(name, archive):
    """The newest of a series, or the version of exactly that name."""
    if name in archive.kernels:
        return name
    series = dict(newest_of_series(archive))
    if name not in series:
        raise Unavailable(f"no kernel {name} for {archive.arch} in Debian's archive; "
                          f"there is: {', '.join(series) or 'none'}")
    return series[name]


def packages_of(version, archive):
    """The packages that the kernel is in, as NAME=VERSION, and their version. Up to
    6.18 that is one; later ones are empty and depend on three others, of which the
    archive may have let some go."""
    image = f"linux-image-{version}-{archive.arch}"
    source = archive.versions(image)[-1]
    packages = [f"{image}={source}"]
    for part in ("binary", "modules", "base"):
        package = f"linux-{part}-{version}-{archive.arch}"
        if source in archive.versions(package):
            packages.append(f"{package}={source}")
    return packages, source


def fetch(name, part, archive):
    """Fills the folder; what about.json is to say of it."""
    version = choose(name, archive)
    packages, source = packages_of(version, archive)
    archive.download(packages, part)
    release = None
    modules = {}
    for package in sorted(part.glob("*.deb")):
        for path, content in unpack.files_of(package, WANTED_FILES):
            if ".ko" in path.name:
                modules[module_name(path)] = content
            elif path.name.startswith("vmlinuz"):
                (part / "vmlinux").write_bytes(unpack.KERNEL_IMAGES[archive.arch](content))
                release = release_of(path)
            else:
                (part / "config").write_bytes(content)
        package.unlink()
    if release is None:
        raise Unavailable(f"{packages[0]} came without a kernel")
    write_modules(part, modules, MODULES, HOST_MODULES)
    return {"kind": "linux", "package": packages[0].partition("=")[0], "version": source, "release": release}


def fetch_package(name, part, archive):
    """The package itself that the kernel is in, which `sockdrift boot` reads; its path
    in the folder. Up to 6.18 there is one."""
    packages, _ = packages_of(choose(name, archive), archive)
    if len(packages) != 1:
        raise Unavailable(f"{name} is in several packages: {', '.join(packages)}")
    archive.download(packages, part)
    return next(part.glob("*.deb"))


def release_of(path):
    """Of boot/vmlinuz-RELEASE or lib/modules/RELEASE/vmlinuz."""
    return path.name.partition("-")[2] or path.parent.name


def module_name(path):
    return path.name.split(".ko")[0].replace("-", "_")


def write_modules(part, packed, wanted, for_host=()):
    """The folders modules and modules-host, where there is something to put there."""
    modules = LazyModules(packed)
    first = unpack.load_order(modules, wanted)
    order = unpack.load_order(modules, [*wanted, *for_host])
    for number, name in enumerate(order):
        folder = part / ("modules" if name in first else "modules-host")
        folder.mkdir(exist_ok=True)
        (folder / f"{number:02}-{name}.ko").write_bytes(modules[name])


class LazyModules(dict):
    """Decompresses the few that are asked for of the thousands that there are."""

    def __getitem__(self, name):
        return unpack.decompress(super().__getitem__(name))
