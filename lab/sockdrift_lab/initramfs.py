"""The whole file system of a guest: its first process, the kernel's modules and
the command, in the cpio form that kernels unpack ("newc", initramfs.rst)."""
import pathlib
import stat

from sockdrift_lab import Misuse


class Initramfs:
    def __init__(self):
        self._parts = []
        self._folders = set()
        self._inode = 0

    def _entry(self, name, mode, content=b"", device=(0, 0)):
        self._inode += 1
        path = name.encode() + b"\0"
        fields = (self._inode, mode, 0, 0, 1, 0, len(content), 0, 0, *device, len(path), 0)
        head = b"070701" + b"".join(b"%08X" % field for field in fields) + path
        self._parts += [head, bytes(-len(head) % 4), content, bytes(-len(content) % 4)]

    def folder(self, path):
        path = pathlib.PurePosixPath(path)
        if path.name and path not in self._folders:
            self.folder(path.parent)
            self._folders.add(path)
            self._entry(str(path).lstrip("/"), stat.S_IFDIR | 0o755)

    def file(self, path, content, mode=0o644):
        self.folder(pathlib.PurePosixPath(path).parent)
        self._entry(str(path).lstrip("/"), stat.S_IFREG | mode, content)

    def device(self, path, major, minor):
        self.folder(pathlib.PurePosixPath(path).parent)
        self._entry(str(path).lstrip("/"), stat.S_IFCHR | 0o600, device=(major, minor))

    def content(self):
        parts = list(self._parts)
        self._entry("TRAILER!!!", 0)
        whole = b"".join(self._parts)
        self._parts = parts
        return whole


def needs_loader(program):
    """Whether an ELF program has a PT_INTERP: it is linked dynamically."""
    if program[:4] != b"\x7fELF" or program[4] != 2:
        return False
    start = int.from_bytes(program[32:40], "little")
    size = int.from_bytes(program[54:56], "little")
    count = int.from_bytes(program[56:58], "little")
    return any(program[start + i * size:start + i * size + 4] == b"\x03\0\0\0" for i in range(count))


def for_command(init, kernel, release, command):
    """`init` and `command[0]` are paths of this machine; `kernel` is a folder of
    the cache."""
    program = pathlib.Path(command[0]).resolve()
    content = program.read_bytes()
    if content[:4] != b"\x7fELF":
        raise Misuse(f"{program} is no program; a guest holds nothing that could interpret it")
    if needs_loader(content):
        raise Misuse(f"{program} is linked dynamically; a guest holds no libraries, so link it with -static")
    image = Initramfs()
    # The console is where the kernel points the first process's output.
    image.device("/dev/console", 5, 1)
    image.file("/init", pathlib.Path(init).read_bytes(), 0o755)
    # Not under its own path: the guest mounts memory over some.
    inside = f"/lab/bin/{program.name}"
    image.file(inside, content, 0o755)
    image.file("/lab/command", b"".join(a.encode() + b"\0" for a in [inside, *command[1:]]))
    image.folder("/lab/modules")
    for module in sorted((kernel / "modules").iterdir()):
        image.file(f"/lab/modules/{module.name}", module.read_bytes())
    if (kernel / "config").exists():
        image.file(f"/boot/config-{release}", (kernel / "config").read_bytes())
    for folder in ("/proc", "/sys", "/tmp", "/run", "/etc"):
        image.folder(folder)
    return image.content()
