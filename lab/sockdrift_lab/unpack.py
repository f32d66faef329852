"""Takes apart what Debian packs: packages, kernel images, modules."""
import gzip
import io
import lzma
import pathlib
import re
import struct
import subprocess
import tarfile

from sockdrift_lab import Unavailable


def files_of(package, wanted):
    """(path, bytes) of each regular file of a .deb whose path matches."""
    process = subprocess.run(["dpkg-deb", "--fsys-tarfile", str(package)], capture_output=True, check=False)
    if process.returncode != 0:
        raise Unavailable(f"{package.name}: {process.stderr.decode(errors='replace').strip()}")
    with tarfile.open(fileobj=io.BytesIO(process.stdout)) as archive:
        for member in archive:
            if member.isfile() and re.search(wanted, member.name):
                yield pathlib.PurePosixPath(member.name), archive.extractfile(member).read()


def filtered(program, content):
    """What a decompressor makes of it; bytes behind the end do no harm."""
    try:
        return subprocess.run([program, "-dcq"], input=content, capture_output=True, check=False).stdout
    except FileNotFoundError as error:
        raise Unavailable(f"needs {program}, which is not installed") from error


def decompress(content):
    if content[:2] == b"\x1f\x8b":
        return filtered("gzip", content)
    if content[:6] == b"\xfd7zXZ\0":
        return lzma.LZMADecompressor().decompress(content)
    if content[:4] == b"\x28\xb5\x2f\xfd":
        return filtered("zstd", content)
    if content[:4] == b"\x02\x21\x4c\x18":
        return filtered("lz4", content)
    return content


def vmlinux(image):
    """The ELF kernel inside a bzImage: x86 boot protocol, payload_offset and
    payload_length (Documentation/arch/x86/boot.rst)."""
    def number(at, size):
        return int.from_bytes(image[at:at + size], "little")
    if image[0x202:0x206] != b"HdrS"[:4] and image[0x202:0x206] != b"SrdH":
        if image[:4] == b"\x7fELF":
            return image
        raise Unavailable("the kernel's image is no bzImage")
    start = (number(0x1f1, 1) + 1) * 512 + number(0x248, 4)
    kernel = decompress(image[start:start + number(0x24c, 4)])
    if kernel[:4] != b"\x7fELF":
        raise Unavailable("the kernel inside its image is packed in a way that is not known here")
    return kernel


def arm64_image(image):
    """The kernel as qemu loads it, from what Debian ships: packed by gzip, packed
    inside an EFI program ("zimg": offset, length and kind of the payload, as
    drivers/firmware/efi/libstub/zboot-header.S has them), or as it is."""
    if image[:2] == b"MZ" and image[4:8] == b"zimg":
        start, size = struct.unpack_from("<II", image, 8)
        image = image[start:start + size]
    kernel = decompress(image)
    # Documentation/arch/arm64/booting.rst: the magic number of an Image.
    if kernel[56:60] != b"ARM\x64":
        raise Unavailable("the kernel's image is none of arm64, or packed in a way that is not known here")
    return kernel


KERNEL_IMAGES = {"amd64": vmlinux, "arm64": arm64_image}


def dependencies(module):
    """The names of the modules that must be loaded before this one."""
    found = re.search(rb"\0depends=([^\0]*)\0", module)
    return [name.replace("-", "_") for name in found.group(1).decode().split(",") if name] if found else []


def load_order(modules, wanted):
    """The wanted modules of {name: content} and all that they depend on, each
    after its dependencies. A name that is missing is built in or not to be had."""
    order = []
    def visit(name):
        if name not in modules or name in order:
            return
        for needed in dependencies(modules[name]):
            visit(needed)
        order.append(name)
    for name in wanted:
        visit(name)
    return order


def take_program(folder, wanted, name):
    """Takes one program out of the packages in the folder, which go."""
    for package in folder.glob("*.deb"):
        for _, content in files_of(package, wanted):
            write_program(folder / name, content)
        package.unlink()
    if not (folder / name).exists():
        raise Unavailable(f"no program {name} was in its package")


def write_program(path, content):
    path.write_bytes(content)
    path.chmod(0o755)
