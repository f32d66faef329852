"""Carries a command's standard streams between this process and a guest."""
import os
import socket
import struct
import threading

from sockdrift_lab import frames


class Outcome:
    """What came of a guest so far; written by the relay's thread."""

    def __init__(self):
        self.release = None  # of the kernel, once the guest is up
        self.status = None   # of the command, once it has ended
        self.failure = None  # why the guest did not start it
        self.up = threading.Event()     # or never will be
        self.ended = threading.Event()


def write_all(fd, content):
    view = memoryview(content)
    while view:
        view = view[os.write(fd, view):]


class Relay:
    """Starts when the guest says that it is up: nothing of the input is taken
    before, so that a guest that never came up has cost nothing."""

    def __init__(self, line, stdin=0, stdout=1, stderr=2):
        self.outcome = Outcome()
        self._line = line
        self._fds = {frames.OUTPUT: stdout, frames.ERRORS: stderr}
        self._stdin = stdin
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self):
        outcome = self.outcome
        try:
            while (received := frames.read_frame(self._line)) is not None:
                kind, payload = received
                if kind == frames.UP:
                    outcome.release = payload.decode(errors="replace")
                    outcome.up.set()
                    threading.Thread(target=self._give, daemon=True).start()
                elif kind in self._fds:
                    write_all(self._fds[kind], payload)
                elif kind == frames.EXIT:
                    outcome.status, = struct.unpack("<I", payload)
                    break
                elif kind == frames.FAILED:
                    outcome.failure = payload.decode(errors="replace")
                    break
        except BrokenPipeError:
            outcome.failure = "nobody reads the command's output any more"
        except OSError as error:
            outcome.failure = str(error)
        outcome.ended.set()
        outcome.up.set()

    def _give(self):
        try:
            while content := os.read(self._stdin, 1 << 15):
                self._line.sendall(frames.frame(frames.INPUT, content))
            self._line.sendall(frames.frame(frames.INPUT))
        except OSError:
            pass  # the guest is gone, which _take() finds out too


def line():
    """(ours, the guest's) ends of a line."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
