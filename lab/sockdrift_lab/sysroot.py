"""What the probe is linked with for another architecture, unpacked from Debian's
packages of it: this machine's dpkg hears nothing of a foreign architecture."""
import pathlib
import shutil
import subprocess
import tempfile

from sockdrift_lab import Unavailable, cache
from sockdrift_lab.archive import Archive

# The C and C++ libraries come with the cross compiler. Of the release that the
# whole of sockdrift is built on.
PACKAGES = ("libabsl-dev", "libseccomp-dev")
SUITE = "bookworm"
STAMP = ".complete"


def make(arch, folder):
    """Fills the folder, once; it is complete or has no stamp."""
    folder = pathlib.Path(folder)
    wanted = " ".join(PACKAGES)
    stamp = folder / STAMP
    if stamp.exists() and stamp.read_text("ascii") == wanted:
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with cache.locked(), tempfile.TemporaryDirectory() as packages:
        Archive(arch).download([f"{name}/{SUITE}" for name in PACKAGES], packages)
        for package in pathlib.Path(packages).glob("*.deb"):
            done = subprocess.run(["dpkg-deb", "-x", package, folder], capture_output=True, text=True, check=False)
            if done.returncode != 0:
                raise Unavailable(f"{package.name}: {done.stderr.strip()}")
    stamp.write_text(wanted, "ascii")
