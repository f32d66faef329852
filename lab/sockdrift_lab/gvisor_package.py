"""gVisor's runsc from Debian's archive."""
from sockdrift_lab import Unavailable, unpack


def versions(archive):
    """Those built for this release of Debian, if there are: unstable's crashes
    when a program makes a second network namespace."""
    every = archive.versions("runsc")
    return [v for v in every if "bpo12" in v] or every


def fetch(part, archive):
    """Fills the folder; what about.json is to say of it."""
    known = versions(archive)
    if not known:
        raise Unavailable("no runsc (gVisor) in Debian's archive")
    archive.download([f"runsc={known[-1]}"], part)
    unpack.take_program(part, r"/bin/runsc$", "runsc")
    return {"kind": "gvisor", "package": "runsc", "version": known[-1], "release": ""}
