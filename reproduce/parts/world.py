#: A world of the program's own, and whose rights calls have.
#@ leave_root: cannot | os


def leave_root():
    """As an ordinary user: root may do more than others."""
    if os.geteuid() != 0:
        return
    try:
        os.setgroups([])
        os.setresgid(65534, 65534, 65534)
        os.setresuid(65534, 65534, 65534)
    except OSError as error:
        cannot(f"leave root's uid: {error}")
#@ as_user: cannot | os


def as_user(number):
    """The effective ids alone: a socket belongs to who made it."""
    try:
        os.setresuid(-1, 0, -1)
        os.setgroups([])
        os.setresgid(-1, number, -1)
        os.setresuid(-1, number, -1)
    except OSError as error:
        cannot(f"make calls as other users: run this as root ({error})")
#@ try_to_write:


def try_to_write(path, text):
    with open(path, "r+b", buffering=0) as file:
        file.write(text.encode())
#@ write_file: cannot


def write_file(path, text):
    try:
        with open(path, "wb", buffering=0) as file:
            file.write(text.encode())
    except OSError as error:
        cannot(f"write {path}: {error}")
#@ run: cannot | subprocess


def run(command):
    if subprocess.call(command, shell=True) != 0:
        cannot(f"make the network of this cell: {command}")
#@ run_until_ok: run | subprocess time


def run_until_ok(command):
    """What the kernel does in work of its own, after it has answered."""
    for _ in range(200):
        if subprocess.call(command, shell=True) == 0:
            return
        time.sleep(0.01)
#@ fresh_namespace: run write_file libc | os

NEW_USER, NEW_NET, NEW_MOUNTS = 0x10000000, 0x40000000, 0x20000
in_user_namespace = False


def fresh_namespace():
    """Everything below is set and done in a network namespace of this program's."""
    global in_user_namespace
    uid, gid = os.geteuid(), os.getegid()
    if libc.unshare(NEW_NET) < 0:
        if libc.unshare(NEW_USER | NEW_NET) < 0:
            cannot(
                "make a network namespace: run this as root, or allow "
                "unprivileged user namespaces"
            )
        in_user_namespace = True
        write_file("/proc/self/setgroups", "deny")
        write_file("/proc/self/gid_map", f"0 {gid} 1")
        write_file("/proc/self/uid_map", f"0 {uid} 1")
    run("ip link set lo up")
#@ caps:
#@ capabilities: cannot leave_root fresh_namespace | struct


def capabilities(effective, permitted):
    header = struct.pack("Ii", 0x20080522, 0)
    low, high = 0xFFFFFFFF, 32
    sets = struct.pack(
        "6I", effective & low, permitted & low, 0, effective >> high, permitted >> high, 0
    )
    if libc.capset(header, sets) < 0:
        cannot("have the capabilities that this cell needs: run this as root")


def confine(effective, permitted):
    """The calls run with these capabilities, as an ordinary user."""
    libc.prctl(8, 1, 0, 0, 0)  # PR_SET_KEEPCAPS
    if not in_user_namespace:
        leave_root()
    capabilities(effective, permitted)
    libc.prctl(4, 1, 0, 0, 0)  # PR_SET_DUMPABLE, else /proc/self is root's
#@ as_administrator: caps capabilities


def as_administrator(act):
    """Raises what a change of the world needs, for that change alone."""
    capabilities(permitted_caps, permitted_caps)
    try:
        return act()
    finally:
        capabilities(own_caps, permitted_caps)
#@ set_link: | fcntl socket struct


def set_link(name, up):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        asked = struct.pack("40s", name.encode())
        (flags,) = struct.unpack_from("h", fcntl.ioctl(s, 0x8913, asked), 16)  # SIOCGIFFLAGS
        flags = flags | 1 if up else flags & ~1
        fcntl.ioctl(s, 0x8914, struct.pack("16sh22x", name.encode(), flags))  # SIOCSIFFLAGS
#@ change_address: | socket struct sys


def change_address(link, ip, bits, add):
    """By rtnetlink, whose error is the outcome."""
    v6 = ":" in ip
    family = socket.AF_INET6 if v6 else socket.AF_INET
    data = socket.inet_pton(family, ip)
    index = socket.if_nametoindex(link)
    body = struct.pack("=BBBBI", family, bits, 2 if v6 else 0, 0, index)
    for kind in (1, 2):  # IFA_ADDRESS, IFA_LOCAL
        body += struct.pack("=HH", 4 + len(data), kind) + data
    flags = 5 | (0x600 if add else 0)  # NLM_F_REQUEST|NLM_F_ACK, NLM_F_CREATE|NLM_F_EXCL
    head = struct.pack("=IHHII", 16 + len(body), 20 if add else 21, flags, 1, 0)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as s:
        s.sendto(head + body, (0, 0))
        error = -int.from_bytes(s.recv(4096)[16:20], sys.byteorder, signed=True)
    if error:
        raise OSError(error, "")
#@ hosts: fresh_namespace libc | os


def make_hosts():
    """Two hosts are two network namespaces, descriptors 100 and 101."""
    for i in range(2):
        fresh_namespace()
        os.dup2(os.open("/proc/self/ns/net", os.O_RDONLY), 100 + i)


def enter(host):
    if libc.setns(100 + host, NEW_NET) < 0:
        cannot("enter a network namespace")
