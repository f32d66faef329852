"""User-mode Linux from Debian's archive: a kernel that is a program."""
import os
import re

from sockdrift_lab import Unavailable, archive as debian, linux_package, unpack

PACKAGE = "user-mode-linux"
# Its modules are others than a machine's; IPv6 is one of them up to 6.12.
MODULES = ("ipv6", "dummy", "veth", "vrf", "tcp_diag", "udp_diag", "unix_diag")
LOADER = b"/lib64/ld-linux-x86-64.so.2\0"
# The program is started by this where it needs a newer C library than the
# machine has: the loader's path in it is relative to its folder, because the
# program starts itself anew by /proc/self/exe, past any loader on its command line.
STARTER = """#!/bin/sh
# The kernel of this folder, with the C library beside it.
cd "$(dirname "$0")" || exit 125
LD_LIBRARY_PATH="$PWD/lib" exec ./linux.elf "$@"
"""


def newest_of_series(archive):
    """(series, version), each; versions look like 6.12um1+b21."""
    newest = {}
    for version in archive.versions(PACKAGE):
        newest[version.partition("um")[0]] = version
    return list(newest.items())


def fetch(series, part, archive):
    """Fills the folder; what about.json is to say of it."""
    versions = dict(newest_of_series(archive))
    if series not in versions:
        raise Unavailable(f"no {PACKAGE} {series} in Debian's archive; there is: {', '.join(versions) or 'none'}")
    archive.download([f"{PACKAGE}={versions[series]}"], part)
    modules = {}
    release = ""
    for path, content in unpack.files_of(next(part.glob("*.deb")), r"\.ko$"):
        modules[linux_package.module_name(path)] = content
        release = re.search(r"/modules/([^/]+)/", str(path))[1]
    unpack.take_program(part, r"/bin/linux(\.uml)?$", "linux")
    linux_package.write_modules(part, modules, MODULES)
    bring_library(part, archive)
    return {"kind": "uml", "package": PACKAGE, "version": versions[series], "release": release}


def wanted_library(program):
    """The newest version of the C library that a program names, as (2, 38)."""
    found = re.findall(rb"GLIBC_(\d+)\.(\d+)", program)
    return max(((int(a), int(b)) for a, b in found), default=(0, 0))


def version_of_library(version):
    """(2, 41) of 2.41-12+deb13u4."""
    return tuple(int(number) for number in re.match(r"(\d+)\.(\d+)", version).groups())


def library_here():
    """(2, 36): that of this machine."""
    return version_of_library(os.confstr("CS_GNU_LIBC_VERSION").split()[1])


def bring_library(part, archive):
    """Puts a C library beside the program where this machine's is too old."""
    program = (part / "linux").read_bytes()
    wanted = wanted_library(program)
    if wanted <= library_here():
        return
    enough = [v for v in archive.versions("libc6") if version_of_library(v) >= wanted]
    if not enough:
        raise Unavailable(f"{PACKAGE} needs a C library of {wanted[0]}.{wanted[1]}, and Debian's archive has none")
    # The oldest that will do: what is newer wants a newer kernel as well.
    archive.download([f"libc6={debian.in_order(enough)[0]}"], part)
    lib = part / "lib"
    lib.mkdir()
    for package in part.glob("*.deb"):
        for path, content in unpack.files_of(package, r"/x86_64-linux-gnu/[^/]+\.so\.[0-9.]+$"):
            (lib / path.name).write_bytes(content)
            (lib / path.name).chmod(0o755)
        package.unlink()
    (part / "linux").unlink()
    unpack.write_program(part / "linux.elf", with_loader(program, b"lib/ld-linux-x86-64.so.2\0"))
    unpack.write_program(part / "linux", STARTER.encode())


def with_loader(program, loader):
    """The program, started by another loader whose path is no longer."""
    at = program.find(LOADER)
    if at < 0 or len(loader) > len(LOADER):
        raise Unavailable(f"{PACKAGE} names no loader that is known here")
    return program[:at] + loader.ljust(len(LOADER), b"\0") + program[at + len(LOADER):]
