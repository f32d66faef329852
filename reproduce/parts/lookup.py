#: Looking names up, and connecting to what was found.
#@ private_etc: write_file fresh_namespace libc | os


def private_etc():
    """Names are looked up in a hosts file of this program's, and nowhere else."""
    private = 0x4000 | 0x40000  # MS_REC | MS_PRIVATE
    if (
        libc.unshare(NEW_MOUNTS) < 0
        or libc.mount(None, b"/", None, private, None) < 0
        or libc.mount(b"tmpfs", b"/etc", b"tmpfs", 0, b"mode=0755") < 0
    ):
        cannot("have a hosts file of its own: run this as root")
    write_file("/etc/host.conf", "multi on\n")
    write_file("/etc/nsswitch.conf", "hosts: files\n")
    write_file("/etc/hosts", "")
    os.chmod("/etc/hosts", 0o666)
#@ resolve: outcome | socket


def resolve(name, family, flags):
    try:
        found = socket.getaddrinfo(name.encode(), None, family, socket.SOCK_STREAM, 0, flags)
    except socket.gaierror as error:
        known = {getattr(socket, n): n for n in dir(socket) if n.startswith("EAI_")}
        says(known.get(error.errno, "EUNKNOWN"))
        return []
    says("ok")
    return found
#@ show_list: ip_text outcome


def show_list(found):
    if found:
        says("{" + ",".join(ip_text(one[4]) for one in found) + "}")
#@ dial: opened bound sockets | errno socket


def dial(found, kind, port, only_first, ms):
    """Connects to the first address, or to one after another until one answers."""
    if not found:
        says("not-reached")
    for family, _, _, _, address in found[:1] if only_first else found:
        s = opened(lambda: Socket(family, kind))
        if s is None:
            continue
        if kind == socket.SOCK_STREAM:
            bound(s, ms)
        if attempt(lambda: s.connect((address[0], port) + address[2:]), errno.EINPROGRESS):
            return s
        s.close()
    return None
