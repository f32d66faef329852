#: States of connections, and how long they last.
#@ state_name: outcome settle

STATES = (
    "EUNKNOWN ESTABLISHED SYN_SENT SYN_RECV FIN_WAIT1 FIN_WAIT2 TIME_WAIT CLOSED "
    "CLOSE_WAIT LAST_ACK LISTEN CLOSING SYN_RECV"
).split()
#@ state_of: state_name | socket


def state_of(s):
    settle()
    return STATES[s.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)[0]]
#@ ends: | socket struct


def end_text(address):
    """An end of a connection as /proc/net/tcp6 writes it."""
    ip = address[0].split("%")[0]
    if ":" in ip:
        data = socket.inet_pton(socket.AF_INET6, ip)
    else:
        data = bytes(10) + b"\xff\xff" + socket.inet_aton(ip)
    words = "".join("%08X" % word for word in struct.unpack("=4I", data))
    return "%s:%04X" % (words, address[1])


def remember(ends, s, to=None):
    """For when the kernel no longer tells; `to` is the peer while there is none."""
    try:
        own = s.getsockname()
        try:
            to = s.getpeername()
        except OSError:
            pass
        if to is not None:
            ends[:] = [end_text(own), end_text(to)]
    except (AttributeError, OSError):
        pass
#@ state_facing: ends state_name | errno socket struct


def state_facing(ends):
    """Of the other end: in /proc, for no socket may hold it any more."""
    settle()
    if not ends:
        raise OSError(errno.ENOTCONN, "")
    mapped = "%08X%08X%08X" % struct.unpack("=3I", bytes(10) + b"\xff\xff")
    for path, before in (("/proc/self/net/tcp", mapped), ("/proc/self/net/tcp6", "")):
        try:
            with open(path, "rb") as file:
                for line in list(file)[1:]:
                    own, other, state = line.decode().split()[1:4]
                    if [before + other, before + own] == ends:
                        return STATES[int(state, 16)]
        except OSError:
            continue
    return "CLOSED"
#@ show_state: outcome


def show_state(ask_for):
    told = []
    if attempt(lambda: told.append(ask_for())):
        says(told[0])
#@ await_state: show_state | time

waited = 0  # ms


def await_state(ask_for, wanted, ms):
    global waited
    began = time.monotonic()
    while True:
        show_state(ask_for)
        waited = (time.monotonic() - began) * 1000
        if outcome == wanted:
            says("ok")
            return
        if outcome not in STATES[1:]:
            return
        says("timeout")
        if waited > ms:
            return
        time.sleep(0.01)
#@ mark: await_state


def show_nearest(marks):
    """The time that is nearest to what was waited: 2 % less to 10 % more."""
    if outcome != "ok":
        return
    fit = [m for m in marks if m - m // 50 <= waited <= (m + m // 10 if m else 100)]
    if not fit:
        says("other")
        return
    nearest = min(fit, key=lambda mark: abs(waited - mark))
    says(f"{nearest // 1000}s" if nearest % 1000 == 0 else f"{nearest}ms")
