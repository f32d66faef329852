#!/usr/bin/env python3
"""The lab's parts that need neither a network nor an emulator."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import unittest.mock

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "lab"))

from sockdrift_lab import (Misuse, Unavailable, archive, cache, kernels, linux_package,  # noqa: E402
                           uml_package, unpack)


def run(program, *arguments, **environment):
    return subprocess.run([SOURCE / "lab" / program, *arguments], capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL, env=dict(os.environ, **environment))


def module(depends):
    return b"\x7fELF...\0license=GPL\0depends=" + depends.encode() + b"\0retpoline=Y\0"


class VersionOrder(unittest.TestCase):
    def test_goes_by_the_value_of_numbers(self):
        self.assertEqual(archive.in_order(["6.12.117+deb13", "6.1.0-56", "6.12.43+deb12", "5.10.0-46"]),
                         ["5.10.0-46", "6.1.0-56", "6.12.43+deb12", "6.12.117+deb13"])

    def test_puts_a_tilde_before_the_end(self):
        self.assertEqual(archive.in_order(["6.12.1-1", "6.12.1-1~bpo12+1"]), ["6.12.1-1~bpo12+1", "6.12.1-1"])


class FakeArchive:
    arch = "amd64"
    kernels = ["5.10.0-46", "6.1.0-55", "6.1.0-56", "6.12.43+deb12", "7.3.4+deb13"]
    candidates = ["7.3"]


class ChoosingAKernel(unittest.TestCase):
    def test_takes_the_newest_of_a_series(self):
        self.assertEqual(linux_package.choose("6.1", FakeArchive), "6.1.0-56")

    def test_takes_exactly_the_one_that_is_named(self):
        self.assertEqual(linux_package.choose("6.1.0-55", FakeArchive), "6.1.0-55")

    def test_tells_a_release_from_its_candidate(self):
        self.assertEqual(linux_package.choose("7.3", FakeArchive), "7.3.4+deb13")
        self.assertEqual(linux_package.choose("7.3-rc", FakeArchive), "7.3")

    def test_says_what_there_is_when_there_is_none(self):
        with self.assertRaisesRegex(Unavailable, "no kernel 6.2 for amd64 in .*; there is: 5.10, 6.1, 6.12, 7.3, 7.3-rc"):
            linux_package.choose("6.2", FakeArchive)

    def test_goes_to_the_archive_of_the_kernels_architecture(self):
        self.assertEqual([kernels.how_to_fetch(name)[1] for name in ("6.12", "6.12-arm64", "uml-6.12", "gvisor")],
                         ["amd64", "arm64", "amd64", "amd64"])

    def test_refuses_what_is_no_name(self):
        for name in ("", "six", "../6.1", "6.1/x", "uml-", "uml-6.1/../x"):
            with self.subTest(name), self.assertRaises(Misuse):
                kernels.fetch(name)

    def test_reads_what_packages_are_called(self):
        listing = """linux-image-7.3-amd64 - Linux 7.3-rc7 for 64-bit PCs
linux-image-7.3-rt-amd64 - Linux 7.3-rc7 for 64-bit PCs, PREEMPT_RT
linux-image-6.1.0-56-amd64 - Linux 6.1 for 64-bit PCs (signed)
linux-image-6.1.0-56-amd64-unsigned - Linux 6.1 for 64-bit PCs
linux-image-6.12.43+deb12-cloud-amd64 - Linux 6.12 for x86-64 cloud
linux-image-6.12.43+deb12-amd64 - Linux 6.12 for 64-bit PCs (signed)
linux-image-6.12-amd64 - Linux for 64-bit PCs (meta-package)
"""
        read = archive.Archive.__new__(archive.Archive)
        read.arch = "amd64"
        read._apt = lambda *_: subprocess.CompletedProcess([], 0, stdout=listing)
        self.assertEqual((read.kernels, read.candidates), (["6.1.0-56", "6.12.43+deb12"], ["7.3"]))

    def test_reads_the_release_wherever_the_kernel_lies(self):
        for path in ("./boot/vmlinuz-6.1.0-56-amd64", "./usr/lib/modules/6.1.0-56-amd64/vmlinuz"):
            self.assertEqual(linux_package.release_of(pathlib.PurePosixPath(path)), "6.1.0-56-amd64")


class UserModeLinux(unittest.TestCase):
    PROGRAM = b"\x7fELF GLIBC_2.4\0GLIBC_2.38\0GLIBC_2.9\0" + uml_package.LOADER + b"the rest"

    def test_wants_the_newest_library_that_it_names(self):
        self.assertEqual(uml_package.wanted_library(self.PROGRAM), (2, 38))
        self.assertLess(uml_package.version_of_library("2.36-9+deb12u14"), (2, 38))

    def test_is_given_another_loader_in_place(self):
        changed = uml_package.with_loader(self.PROGRAM, b"lib/ld.so\0")
        self.assertEqual(len(changed), len(self.PROGRAM))
        self.assertIn(b"\0lib/ld.so\0", changed)
        self.assertNotIn(b"/lib64/", changed)

    def test_is_refused_where_its_loader_is_unknown(self):
        for program, loader in ((b"\x7fELF static", b"lib/ld.so\0"), (self.PROGRAM, uml_package.LOADER + b"more")):
            with self.assertRaises(Unavailable):
                uml_package.with_loader(program, loader)


class ModuleOrder(unittest.TestCase):
    MODULES = {"virtio": module("virtio_ring"), "virtio_ring": module(""), "virtio_pci": module("virtio,virtio-ring"),
               "other": module("")}

    def test_puts_each_after_what_it_needs(self):
        self.assertEqual(unpack.load_order(self.MODULES, ["virtio_pci"]), ["virtio_ring", "virtio", "virtio_pci"])

    def test_passes_over_what_is_built_in(self):
        self.assertEqual(unpack.load_order(self.MODULES, ["veth", "other"]), ["other"])

    def test_keeps_apart_what_only_a_guest_with_the_hosts_files_needs(self):
        with tempfile.TemporaryDirectory() as folder:
            part = pathlib.Path(folder)
            linux_package.write_modules(part, self.MODULES, ["virtio_ring"], ["other", "virtio_pci"])
            self.assertEqual(sorted(str(path.relative_to(part)) for path in part.glob("*/*")),
                             ["modules-host/01-other.ko", "modules-host/02-virtio.ko", "modules-host/03-virtio_pci.ko",
                              "modules/00-virtio_ring.ko"])


class Unpacking(unittest.TestCase):
    def test_decompresses_by_the_first_bytes(self):
        for program in ("gzip", "xz"):
            packed = subprocess.run([program, "-c"], input=b"kernel", capture_output=True, check=True).stdout
            self.assertEqual(unpack.decompress(packed + b"\0\0\0\0"), b"kernel", program)
        self.assertEqual(unpack.decompress(b"as it is"), b"as it is")

    def test_finds_the_kernel_inside_a_bzimage(self):
        elf = b"\x7fELF and the rest"
        packed = subprocess.run(["gzip", "-c"], input=elf, capture_output=True, check=True).stdout
        image = bytearray(3 * 512)
        image[0x1f1] = 1  # one sector of setup behind the first
        image[0x202:0x206] = b"HdrS"
        image[0x248:0x24c] = (16).to_bytes(4, "little")
        image[0x24c:0x250] = len(packed).to_bytes(4, "little")
        image[2 * 512 + 16:] = packed
        self.assertEqual(unpack.vmlinux(bytes(image)), elf)

    def test_finds_the_kernel_in_every_wrapping_of_arm64(self):
        kernel = bytes(56) + b"ARM\x64" + bytes(100)
        packed = subprocess.run(["gzip", "-c"], input=kernel, capture_output=True, check=True).stdout
        program = b"MZ\0\0zimg" + (64).to_bytes(4, "little") + len(packed).to_bytes(4, "little")
        for image in (kernel, packed, program.ljust(64, b"\0") + packed + b"and what an EFI program needs"):
            self.assertEqual(unpack.arm64_image(image), kernel)

    def test_refuses_what_is_no_kernel(self):
        for image in unpack.KERNEL_IMAGES.values():
            with self.assertRaises(Unavailable):
                image(bytes(2048))


class FetchingMany(unittest.TestCase):
    def test_goes_on_after_one_that_cannot_be_had(self):
        with tempfile.TemporaryDirectory() as folder, unittest.mock.patch.dict(os.environ, SOCKDRIFT_LAB_CACHE=folder):
            with cache.new_entry("6.1") as part:
                cache.describe(part, name="6.1", version="1")
            archives = kernels.Archives()
            archives.of = lambda arch: FakeArchive
            got = list(kernels.fetch_all(["6.2", "6.1"], archives))
        self.assertIn("no kernel 6.2", str(got[0][2]))
        self.assertEqual((got[1][1]["version"], got[1][2]), ("1", None))


class TheCache(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        before = os.environ.get("SOCKDRIFT_LAB_CACHE")
        os.environ["SOCKDRIFT_LAB_CACHE"] = self.folder.name
        self.addCleanup(lambda: os.environ.pop("SOCKDRIFT_LAB_CACHE") if before is None
                        else os.environ.update(SOCKDRIFT_LAB_CACHE=before))

    def test_shows_nothing_of_a_fetch_that_failed(self):
        with self.assertRaises(Unavailable), cache.new_entry("6.1") as part:
            (part / "vmlinux").write_bytes(b"half")
            raise Unavailable("the network went away")
        self.assertIsNone(cache.about("6.1"))
        self.assertEqual(list(pathlib.Path(self.folder.name).iterdir()), [])

    def test_replaces_the_whole_entry(self):
        for content in ("old", "new"):
            with cache.new_entry("6.1") as part:
                (part / content).touch()
                cache.describe(part, name="6.1", version=content)
        self.assertEqual(cache.about("6.1")["version"], "new")
        self.assertFalse((pathlib.Path(self.folder.name) / "6.1/old").exists())


class Commands(unittest.TestCase):
    def test_refuse_wrong_usage(self):
        for arguments in ([], ["not-a-kernel"], ["--list", "6.1"], ["--all", "6.1"]):
            with self.subTest(arguments=arguments):
                self.assertEqual(run("fetch", *arguments).returncode, 2)


if __name__ == "__main__":
    unittest.main()
