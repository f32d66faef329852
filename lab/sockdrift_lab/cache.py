"""Where fetched kernels lie: one folder a name, complete or not there at all.

NAME/about.json      {"name", "kind", "arch", "package", "version", "release"}
NAME/vmlinux         kind "linux": the kernel as qemu boots it, an ELF file, or
                     an Image of arm64
NAME/linux           kind "uml": the kernel as a program, which needs nothing of
                     what else is here
NAME/runsc           kind "gvisor"
NAME/modules/        NN-NAME.ko, in the order in which they must be loaded: what
                     plans use; none of a kernel that has them built in, or whose
                     modules the archive has let go
NAME/modules-host/   NN-NAME.ko, to be loaded after those: what a guest needs to
                     share the host's files and network
NAME/config          the options it was built with
.packages/NAME/      the Debian package of a kernel, as it is
"""
import contextlib
import fcntl
import json
import os
import pathlib
import re
import shutil
import tempfile

from sockdrift_lab import Unavailable

KINDS = ("linux", "uml", "gvisor")
PACKAGES = ".packages"


def folder():
    named = os.environ.get("SOCKDRIFT_LAB_CACHE")
    if named:
        return pathlib.Path(named)
    base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(base) / "sockdrift-lab"


@contextlib.contextmanager
def locked():
    """Keeps other fetches of this cache out."""
    folder().mkdir(parents=True, exist_ok=True)
    with open(folder() / ".lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def about(name):
    """What is there under the name; None when it was not fetched."""
    try:
        return json.loads((folder() / name / "about.json").read_text("utf-8"))
    except FileNotFoundError:
        return None


def names():
    """What is there: Linux by version, each architecture apart, then the others."""
    found = [json.loads(path.read_text("utf-8")) for path in folder().glob("[!.]*/about.json")]
    found.sort(key=lambda known: (KINDS.index(known["kind"]), known.get("arch", "amd64"),
                                  [int(n) for n in re.findall(r"\d+", known["name"])], known["name"]))
    return [known["name"] for known in found]


def require(name):
    """The folder of a kernel that was fetched, and what is known of it."""
    known = about(name)
    if known is None:
        raise Unavailable(f"no kernel {name} in {folder()}; fetch it: lab/fetch {name}")
    return folder() / name, known


def packages(name):
    """Where the Debian package of a kernel is kept."""
    return folder() / PACKAGES / name


@contextlib.contextmanager
def new_entry(name):
    """A folder to fill; it takes the name's place when the block ends well."""
    place = folder() / name
    part = pathlib.Path(tempfile.mkdtemp(prefix=f".part.{place.name}.", dir=folder()))
    try:
        yield part
        shutil.rmtree(place, ignore_errors=True)
        place.parent.mkdir(exist_ok=True)
        part.rename(place)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def describe(part, **known):
    (part / "about.json").write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", "utf-8")
