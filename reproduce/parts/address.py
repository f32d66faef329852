#: Addresses, ports and links.
#@ ipv4: libc | socket struct


def ipv4(ip, port):
    """A sockaddr_in, and zeros behind it."""
    return (
        struct.pack("=H", socket.AF_INET) + struct.pack("!H", port) + socket.inet_aton(ip)
    ).ljust(256, b"\0")
#@ ipv6: libc | socket struct


def ipv6(ip, port, scope):
    """A sockaddr_in6, and zeros behind it."""
    return (
        struct.pack("=H", socket.AF_INET6)
        + struct.pack("!HI", port, 0)
        + socket.inet_pton(socket.AF_INET6, ip)
        + struct.pack("=I", scope)
    ).ljust(256, b"\0")
#@ unspec: libc


def unspec(address=bytes(256)):
    """AF_UNSPEC, whatever else there is."""
    return bytes(2) + address[2:]
#@ link_number: | fcntl struct


def link_number(s, name):
    """Where the socket is; a number that no link has where there is none."""
    try:
        told = fcntl.ioctl(s.fileno(), 0x8933, struct.pack("40s", name.encode()))
        return struct.unpack_from("i", told, 16)[0]  # SIOCGIFINDEX
    except OSError:
        return 0x7FFFFFFE
#@ port_of:


def port_of(s):
    return s.getsockname()[1]
#@ choose_port: cannot | errno socket


def is_free(port):
    """Whether nobody has the port, of any protocol and address."""
    for family, ip in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            try:
                with socket.socket(family, kind) as s:
                    s.bind((ip, port))
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    return False
    return True


def numbers_in(path, otherwise):
    try:
        with open(path, "rb") as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        return otherwise


chosen = set()


def choose_port(first, last, inside):
    """A free port that was not chosen before: outside of the range that the
    kernel chooses from (-1), inside it (1), or wherever (0)."""
    folder = "/proc/sys/net/ipv4/"
    low, high = numbers_in(folder + "ip_local_port_range", [32768, 60999])
    (start,) = numbers_in(folder + "ip_unprivileged_port_start", [1024])
    for port in range(first, last + 1):
        is_inside = low <= port <= high
        if port in chosen or (inside == 1 and not is_inside):
            continue
        if inside == -1 and (is_inside or port < start):
            continue
        if is_free(port):
            chosen.add(port)
            return port
    if inside == -1:
        return choose_port(first, last, 1)
    return cannot("find a free port")
#@ group: | socket struct


def group(s, ip, link_index, join):
    """The level follows from the group: an IPv6 socket may join an IPv4 one."""
    if ":" in ip:
        s.setsockopt(
            socket.IPPROTO_IPV6,
            20 if join else 21,  # IPV6_ADD_MEMBERSHIP, IPV6_DROP_MEMBERSHIP
            struct.pack("16sI", socket.inet_pton(socket.AF_INET6, ip), link_index),
        )
    else:
        s.setsockopt(
            socket.IPPROTO_IP,
            socket.IP_ADD_MEMBERSHIP if join else socket.IP_DROP_MEMBERSHIP,
            struct.pack("4s4si", socket.inet_aton(ip), bytes(4), link_index),
        )
#@ program: libc sockets | struct


def program(*code):
    """A classic BPF program (struct sock_fprog) of (code, jt, jf, k)."""
    text = b"".join(struct.pack("HBBI", *one) for one in code)
    buffer = ctypes.create_string_buffer(text, len(text))
    kept.append(buffer)
    return struct.pack("HP", len(code), ctypes.addressof(buffer))
