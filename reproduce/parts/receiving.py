#: Who sent, and who received.
#@ made: | socket

made = []  # which sockets there are, to find out whose address a sender has


def remember_name(s, name):
    if s is not None:
        made.append((s, name))


def as_ipv6(address):
    ip = address[0].split("%")[0]
    if ":" in ip:
        return socket.inet_pton(socket.AF_INET6, ip)
    return bytes(10) + b"\xff\xff" + socket.inet_aton(ip)


def who_is_at(receiver, sender, stream):
    for s, name in made:
        try:
            own = s.getsockname()
            if s is receiver or own[1] != sender[1]:
                continue
            anywhere = (bytes(16), bytes(10) + b"\xff\xff" + bytes(4))
            if as_ipv6(own) not in (as_ipv6(sender), *anywhere):
                continue
            if stream:  # a listener has the address of what it accepted
                s.getpeername()
        except OSError:
            continue
        return name
    return "other"
#@ receive: names ready outcome | errno select socket


def receive(s, flags, ms):
    """Who sent what is there: sockets send their names."""
    if not ready(s, select.POLLIN, ms):
        says("nothing")
        return
    try:
        data, sender = s.recvfrom(65536, socket.MSG_DONTWAIT | flags)
    except OSError as error:
        says("nothing" if error.errno == errno.EAGAIN else error_name(error.errno))
        return
    stream = s.type == socket.SOCK_STREAM
    if stream and not data:
        says("eof")
        return
    name = max((n for n in names if data.startswith(n.encode())), key=len, default="")
#@ receive_by_address: receive made
    if not name:
        try:
            name = who_is_at(s, s.getpeername() if stream else sender, stream)
        except OSError:
            name = "other"
#@ receive_end: receive
    says("from:" + (name or "other"))
#@ receivers: ready outcome sockets | select socket

receivers = []


def take_all(s, name, flags, ms):
    if not there(s):
        return
    waited_once = any(count == 0 for _, count in receivers)  # for one is for all
    receivers.append((name, 0))
    count = 0
    if ready(s, select.POLLIN, 0 if waited_once else ms):
        try:
            while count < 4096:
                data = s.recv(65536, socket.MSG_DONTWAIT | flags)
                if s.type == socket.SOCK_STREAM:
                    count = 1 if data else 0
                    break
                count += 1
        except OSError:
            pass
    receivers[-1] = (name, count)


def show_receivers():
    """Which sockets received, and how much."""
    got = [(name, count) for name, count in receivers if count > 0]
    counts = {count for _, count in got}
    if not got:
        says("nothing" if receivers else "not-reached")
    elif len(counts) == 1:
        times = "" if counts == {1} else f"*{counts.pop()}"
        says("{" + ",".join(name for name, _ in got) + "}" + times)
    else:
        says(",".join("{%s}*%d" % one for one in got))
    receivers.clear()
