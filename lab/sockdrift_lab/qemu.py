"""Boots a Linux kernel of the cache in qemu for one command."""
import contextlib
import hashlib
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

from sockdrift_lab import Unavailable, cache, initramfs, relay

# Until a guest must have said that it is up. Emulated, 1.5 s is usual.
BOOT_SECONDS = 60
# The trial of KVM: a boot that works takes under a second.
KVM_TRIAL_SECONDS = 10
# Parameters that make a boot short and its output small.
PARAMETERS = "console=ttyS0 panic=-1 quiet cryptomgr.notests rcupdate.rcu_expedited=1"


class Boot:
    """One guest, from start to end."""

    def __init__(self, kernel, image, accelerator, append, memory):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sockdrift-lab."))
        self.console = self.folder / "console"
        (self.folder / "initramfs").write_bytes(image)
        self.line, theirs = relay.line()
        with theirs:
            self.process = subprocess.Popen(
                self._command(kernel, accelerator, append, memory, theirs.fileno()),
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=open(self.folder / "qemu", "wb"),
                pass_fds=[theirs.fileno()], start_new_session=True)

    def _command(self, kernel, accelerator, append, memory, fd):
        cpu = "host" if accelerator == "kvm" else "max"
        return [program(), "-M", "pc", "-accel", accelerator, "-cpu", cpu, "-smp", "1", "-m", str(memory),
                "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
                "-kernel", str(kernel / "vmlinux"), "-initrd", str(self.folder / "initramfs"),
                "-append", " ".join([PARAMETERS, *append]),
                "-chardev", f"file,id=console,path={self.console}", "-serial", "chardev:console",
                "-device", "virtio-serial-pci", "-chardev", f"socket,id=line,fd={fd}",
                "-device", "virtserialport,chardev=line,nr=1"]

    def last_words(self):
        """What the guest and qemu said last, for a message."""
        lines = []
        for path in (self.folder / "qemu", self.console):
            with contextlib.suppress(FileNotFoundError):
                text = path.read_bytes().decode(errors="replace").replace("\r", "")
                lines += [line for line in text.split("\n") if line.strip()]
        panic = next((i for i, line in enumerate(lines) if "Kernel panic" in line), None)
        chosen = lines[-8:] if panic is None else lines[panic:panic + 8]
        return "\n".join("  " + line[:200] for line in chosen)

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.line.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def program():
    found = shutil.which("qemu-system-x86_64")
    if found is None:
        raise Unavailable("needs qemu-system-x86_64 (Debian: qemu-system-x86)")
    return found


def wait_until(event, deadline, process):
    """Whether it came before the deadline; a dead process never lets it come."""
    while not event.wait(0.05):
        if time.monotonic() >= deadline or process.poll() is not None:
            return event.wait(0.2)
    return True


def kvm_works(kernel, image, append, memory):
    """Whether this kernel runs under KVM here, found out by trying once for
    each kernel and boot of this machine: a hypervisor that opens may still be
    one that ordinary kernels die in."""
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return False
    boot_id = pathlib.Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    key = hashlib.sha256(f"{boot_id} {kernel} {program()}".encode()).hexdigest()[:16]
    verdict = cache.folder() / ".kvm" / key
    with contextlib.suppress(FileNotFoundError):
        return verdict.read_text("ascii") == "works"
    boot = Boot(kernel, image, "kvm", append, memory)
    try:
        with open(os.devnull, "r+b") as nothing:
            outcome = relay.Relay(boot.line, *[nothing.fileno()] * 3).outcome
            wait_until(outcome.ended, time.monotonic() + KVM_TRIAL_SECONDS, boot.process)
    finally:
        boot.close()
    verdict.parent.mkdir(parents=True, exist_ok=True)
    verdict.write_text("works" if outcome.status is not None else "fails", "ascii")
    return outcome.status is not None


def run(name, command, *, init, append=(), memory=256, seconds=300, accelerator="auto", verbose=False):
    """The command's exit status; 124 when it took longer than that, 125 when the guest
    did not come up or went down before the command's end."""
    kernel, known = cache.require(name)
    image = initramfs.for_command(init, kernel, known["release"], command)
    if accelerator == "auto":
        trial = initramfs.for_command(init, kernel, known["release"], [str(init)])
        accelerator = "kvm" if kvm_works(kernel, trial, append, memory) else "tcg"
    boot = Boot(kernel, image, accelerator, append, memory)
    try:
        outcome = relay.Relay(boot.line).outcome
        wait_until(outcome.up, time.monotonic() + BOOT_SECONDS, boot.process)
        if outcome.release is None:
            return failed(name, "did not come up", boot)
        if not wait_until(outcome.ended, time.monotonic() + seconds, boot.process):
            if boot.process.poll() is not None:
                return failed(name, "went down before the command ended", boot)
            return failed(name, f"was still running after {seconds} s", boot, 124)
        if outcome.status is None:
            return failed(name, outcome.failure or "went down before the command ended", boot)
        if verbose:
            failed(name, f"ran {outcome.release} ({accelerator})", boot)
        return outcome.status
    finally:
        boot.close()


def failed(name, what, boot, status=125):
    said = "\n".join(filter(None, [f"lab/boot: {name}: {what}", boot.last_words()]))
    os.write(2, said.encode() + b"\n")
    return status
