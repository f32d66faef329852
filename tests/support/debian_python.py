"""Debian's Python packages are seen by Debian's Python, which CMake may not have
found. `missing` is the ImportError of such a package: the test begins again with
Debian's Python, or, where it runs with that already, is answered by this."""
import os
import sys

DEBIAN = "/usr/bin/python3"


def begin_again(missing):
    if os.path.exists(DEBIAN) and os.environ.get("TEST_PYTHON") != DEBIAN:
        os.environ["TEST_PYTHON"] = DEBIAN
        os.execv(DEBIAN, [DEBIAN, *sys.argv])
    return f"{missing}; ./dev setup test installs Debian's package of it"
