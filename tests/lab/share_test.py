#!/usr/bin/env python3
"""share_test.py SOCKDRIFT: what `sockdrift boot --root --network` promises: a guest
that has this machine's files and reaches its network."""
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

import needs

FETCH = pathlib.Path(__file__).resolve().parents[2] / "lab" / "fetch"
SOCKDRIFT = None
KERNEL = "6.1"
# Of a series whose modules the archive has let go.
BARE_KERNEL = "7.1"


def boot(kernel, *words, cwd="/"):
    return subprocess.run([SOCKDRIFT, "boot", kernel, *words], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=120, check=False, cwd=cwd)


class Server:
    """Says one line to who connects."""

    def __init__(self, family, address):
        self.listener = socket.socket(family, socket.SOCK_STREAM)
        self.listener.bind(address)
        self.listener.listen()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                conversation, _ = self.listener.accept()
            except OSError:
                return
            with conversation:
                conversation.sendall(b"the host\n")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # Wakes the thread up, which close() alone does not.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def talk(family, address):
    """A program that prints what a server says."""
    return ["python3", "-c", f"import socket; s = socket.socket(socket.{family}); s.connect({address!r}); "
                             "print(s.makefile().read(), end='')"]


class AGuestWithThisMachinesFiles(unittest.TestCase):
    """One boot for all questions."""

    @classmethod
    def setUpClass(cls):
        needs.need_program("qemu-system-x86_64")
        needs.need_kernel(FETCH, KERNEL)
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        (cls.folder / "file").write_text("of the host\n")
        script = "\n".join([
            'echo "release $(uname -r)"', 'echo "file $(cat file)"', 'echo "folder $(pwd)"',
            "echo changed > file && echo new > other && echo \"changed $(cat file)\"",
            'unshare --user true && echo "namespace made"', 'ls /boot/config-$(uname -r) && echo "configuration there"',
            'echo "links $(ls /sys/class/net | tr "\\n" " ")"', "exit 7"])
        cls.done = boot(KERNEL, "--root", "/", "--", "bash", "-c", script, cwd=cls.folder)

    def said(self, word):
        return [line.partition(" ")[2].strip() for line in self.done.stdout.splitlines() if line.startswith(word + " ")]

    def test_runs_the_machines_own_programs_under_another_kernel(self):
        self.assertEqual(self.done.returncode, 7, self.done.stderr)
        self.assertRegex(self.said("release")[0], r"^6\.1\.")

    def test_is_in_the_folder_that_it_was_started_in(self):
        self.assertEqual((self.said("folder"), self.said("file")), ([str(self.folder)], ["of the host"]))

    def test_writes_into_its_memory_only(self):
        self.assertEqual(self.said("changed"), ["changed"])
        self.assertEqual((self.folder / "file").read_text(), "of the host\n")
        self.assertFalse((self.folder / "other").exists())

    def test_may_make_user_namespaces(self):
        self.assertEqual(self.said("namespace"), ["made"])

    def test_has_its_own_kernels_configuration_and_links(self):
        self.assertEqual(self.said("configuration"), ["there"])
        self.assertNotIn("eth0", self.said("links")[0])


class AGuestWithThisMachinesNetwork(unittest.TestCase):
    def test_reaches_its_loopback(self):
        needs.need_program("qemu-system-x86_64")
        needs.need_kernel(FETCH, KERNEL)
        with Server(socket.AF_INET, ("127.0.0.1", 0)) as server:
            port = server.listener.getsockname()[1]
            done = boot(KERNEL, "--root", "/", "--network", "--", *talk("AF_INET", ("10.0.2.2", port)))
        self.assertEqual((done.returncode, done.stdout), (0, "the host\n"), done.stderr)

    def test_is_under_gvisor_its_unix_sockets(self):
        needs.need_gvisor()
        needs.need_kernel(FETCH, "gvisor")
        with tempfile.TemporaryDirectory() as folder, Server(socket.AF_UNIX, f"{folder}/socket"):
            talking = talk("AF_UNIX", f"{folder}/socket")
            done = boot("gvisor", "--network", "--", *talking)
            refused = boot("gvisor", "--", *talking)
        self.assertEqual((done.returncode, done.stdout), (0, "the host\n"), done.stderr)
        self.assertNotEqual(refused.returncode, 0)
        self.assertEqual(refused.stdout, "")


class WhatCannotBeShared(unittest.TestCase):
    def test_is_told_where_the_kernel_lacks_the_module(self):
        needs.need_program("qemu-system-x86_64")
        needs.need_kernel(FETCH, BARE_KERNEL)
        done = boot(BARE_KERNEL, "--root", "/", "--", "true")
        self.assertEqual(done.returncode, 125)
        self.assertIn("sharing the host's files: mounting 9p", done.stderr)
        done = boot(BARE_KERNEL, "--network", "--", SOCKDRIFT.replace("bin/sockdrift", "bin/sockdrift-probe"), "--version")
        self.assertEqual(done.returncode, 125)
        self.assertIn("sharing the host's network", done.stderr)

    def test_is_refused_where_it_makes_no_sense(self):
        needs.need_kernel(FETCH, "uml-6.1")
        needs.need_kernel(FETCH, KERNEL)
        for words, reason in ((["uml-6.1", "--root", "/", "--", "true"], "user-mode Linux shares neither"),
                              ([KERNEL, "--root", "/no/such", "--", "true"], "is no folder"),
                              ([KERNEL, "--root", "/usr", "--", "true"], "whole path"),
                              ([KERNEL, "--root", "/"], "is for a command"), ([KERNEL, "--network"], "is for a command")):
            with self.subTest(words=words):
                done = boot(*words)
                self.assertEqual(done.returncode, 2)
                self.assertIn(reason, done.stderr)


if __name__ == "__main__":
    SOCKDRIFT = os.path.abspath(sys.argv.pop(1))
    unittest.main()
