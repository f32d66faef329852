"""The host's end of the line to a guest; guest/port.h is the other."""
import struct

INPUT, UP, OUTPUT, ERRORS, EXIT, FAILED = (bytes([c]) for c in b"iuoexf")


def frame(kind, payload=b""):
    return kind + struct.pack("<I", len(payload)) + payload


def read_exactly(stream, size):
    """Fewer bytes only at the stream's end."""
    parts = []
    while size > 0:
        part = stream.recv(min(size, 1 << 16))
        if not part:
            break
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def read_frame(stream):
    """(kind, payload); None when the stream ends, in mid-frame too."""
    head = read_exactly(stream, 5)
    if len(head) < 5:
        return None
    size, = struct.unpack("<I", head[1:])
    payload = read_exactly(stream, size)
    return (head[:1], payload) if len(payload) == size else None
