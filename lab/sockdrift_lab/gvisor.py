"""Runs a command under gVisor: a kernel that is not Linux, with a network stack
of its own."""
import os
import subprocess
import tempfile
import threading

from sockdrift_lab import cache

# What runsc itself ends with when it could not run the command.
RUNSC_FAILED = 128


def carry(source, target):
    with source:
        while content := os.read(source.fileno(), 1 << 15):
            view = memoryview(content)
            while view:
                view = view[os.write(target, view):]


def run(command, *, seconds=300):
    folder, _ = cache.require("gvisor")
    with tempfile.TemporaryDirectory(prefix="sockdrift-lab.") as state:
        # Pipes of our own: given a file, runsc writes at offsets of its own.
        process = subprocess.Popen(
            [str(folder / "runsc"), "--root", state, "--platform=systrap", "--network=none",
             "--ignore-cgroups", "do", "-quiet", *command],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        readers = [threading.Thread(target=carry, args=pair, daemon=True)
                   for pair in ((process.stdout, 1), (process.stderr, 2))]
        for reader in readers:
            reader.start()
        try:
            status = process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()
            os.write(2, f"lab/boot: gvisor: was still running after {seconds} s\n".encode())
            return 124
        except BaseException:
            os.killpg(process.pid, 9)
            raise
        for reader in readers:
            reader.join()
    if status == RUNSC_FAILED:
        os.write(2, b"lab/boot: gvisor: runsc could not run the command\n")
        return 125
    return status if status >= 0 else 128 - status
