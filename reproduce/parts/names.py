#: What getsockname, getpeername and recvfrom tell.
#@ ip_text:


def ip_text(address, brackets=False):
    """127.0.0.1, ::1, v4mapped(127.0.0.1)"""
    if not isinstance(address, tuple):
        return "other"
    ip = address[0].split("%")[0]
    if ip.startswith("::ffff:") and "." in ip:
        return f"v4mapped({ip[7:]})"
    return f"[{ip}]" if brackets and ":" in ip else ip
#@ told_port:


def told_port(address):
    return address[1] if isinstance(address, tuple) else 0
#@ show: outcome


def show(text, tell):
    """A part of the address that a call tells."""
    told = []
    if attempt(lambda: told.append(tell())):
        says(text(told[0]))
#@ told_in: libc | socket sys


def told_in(size, tell, s):
    """With a length that is wrong on purpose."""
    room = ctypes.create_string_buffer(256)
    checked(tell(s.fileno(), room, ctypes.byref(u32(size))))
    family = int.from_bytes(room.raw[:2], sys.byteorder)
    port = int.from_bytes(room.raw[2:4], "big")
    if family == socket.AF_INET:
        return (socket.inet_ntop(family, room.raw[4:8]), port)
    if family == socket.AF_INET6:
        return (socket.inet_ntop(family, room.raw[8:24]), port)
    return None
#@ show_all: ip_text told_port port_name show


def all_of(address):
    return f"{ip_text(address, True)}:{port_name(told_port(address))}"
#@ show_addr: ip_text show


def addr_of(address):
    return ip_text(address)
#@ show_port: told_port port_name show


def port_in(address):
    return port_name(told_port(address))
#@ show_parity: told_port show


def parity_of(address):
    return "odd" if told_port(address) % 2 else "even"
#@ show_form: show


def form_of(address):
    if not isinstance(address, tuple):
        return "other"
    ip = address[0]
    if ":" not in ip:
        return "inet"
    return "v4mapped" if ip.startswith("::ffff:") and "." in ip else "inet6"
#@ receive_address: ready show | errno select socket


def receive_address(s, flags, ms, text):
    """Takes what is there, and tells of its sender's address."""
    says("nothing")
    if not ready(s, select.POLLIN, ms):
        return
    try:
        data, sender = s.recvfrom(65536, socket.MSG_DONTWAIT | flags)
    except OSError as error:
        says("nothing" if error.errno == errno.EAGAIN else error_name(error.errno))
        return
    stream = s.type == socket.SOCK_STREAM
    says("eof" if stream and not data else text(sender))
#@ receive_destination: ready ip_text outcome | errno select socket


def receive_destination(s, flags, ms):
    """The address that a datagram was sent to, by IP_PKTINFO or IPV6_PKTINFO."""
    says("nothing")
    if not ready(s, select.POLLIN, ms):
        return
    try:
        about = s.recvmsg(1, 512, socket.MSG_DONTWAIT | flags)[1]
    except OSError as error:
        says("nothing" if error.errno == errno.EAGAIN else error_name(error.errno))
        return
    says("none")
    for level, kind, data in about:
        if level == socket.IPPROTO_IPV6 and kind == 50:  # IPV6_PKTINFO
            says(ip_text((socket.inet_ntop(socket.AF_INET6, data[:16]), 0)))
            return
        if level == socket.IPPROTO_IP and kind == 8:  # IP_PKTINFO
            says(socket.inet_ntoa(data[8:12]))
