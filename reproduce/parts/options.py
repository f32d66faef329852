#: Values of socket options.
#@ get: outcome


def get(s, level, name, size, text):
    told = []
    if attempt(lambda: told.append(s.getsockopt(level, name, size))):
        says(text(told[0]))
#@ get_any: outcome libc


def get_any(s, level, name, size, text):
    """With a length that this module's getsockopt does not take."""
    room = ctypes.create_string_buffer(65536)
    length = u32(size)
    if attempt(
        lambda: checked(libc.getsockopt(s.fileno(), level, name, room, ctypes.byref(length)))
    ):
        says(text(room.raw[: length.value]))
#@ set_any: libc


def set_any(s, level, name, value, size):
    """With a length that this module's setsockopt does not take."""
    room = ctypes.create_string_buffer(value, 65536)
    checked(libc.setsockopt(s.fileno(), level, name, room, u32(size)))
#@ option_int: | sys


def int_in(value):
    value = value[:4] if len(value) != 1 else value
    return str(int.from_bytes(value, sys.byteorder, signed=len(value) == 4))
#@ option_error: option_int outcome


def error_in(value):
    number = int(int_in(value))
    return error_name(number) if number else "0"
#@ option_clock: option_int


def clock_in(value):
    return "0" if int_in(value) == "0" else "running"
#@ option_cpu: option_int this_cpu


def cpu_in(value):
    here = this_cpu()
    names_of = {"-1": "none", str(here): "this", str(here + 1): "other"}
    return names_of.get(int_in(value), int_in(value))
#@ option_linger: | struct


def linger_in(value):
    return "%d/%ds" % struct.unpack("ii", value.ljust(8, b"\0")[:8])
#@ option_duration: | struct


def duration_in(value):
    seconds, microseconds = struct.unpack("ll", value.ljust(16, b"\0")[:16])
    return f"{seconds * 1000 + microseconds // 1000}ms"
#@ option_range: | struct


def range_in(value):
    (number,) = struct.unpack("I", value.ljust(4, b"\0")[:4])
    return f"{number & 0xffff}-{number >> 16}"
#@ option_word:


def word_in(value):
    return value.split(b"\0")[0].decode() or "none"
#@ option_key:


def key_in(value):
    return "set" if value else "none"
#@ option_ipv4: | socket


def ipv4_in(value):
    return socket.inet_ntoa(value.ljust(4, b"\0")[:4])
#@ option_link: | fcntl struct sys


def link_in(s, value, network_order):
    number = int.from_bytes(value[:4], "big" if network_order else sys.byteorder)
    if number == 0:
        return "none"
    try:
        told = fcntl.ioctl(s.fileno(), 0x8910, struct.pack("16si20s", b"", number, b""))
        return told.split(b"\0")[0].decode()  # SIOCGIFNAME
    except (OSError, struct.error):
        return "other"
