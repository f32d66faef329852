#: Waiting for what was sent, and for connections.
#@ settle: choose_port | os socket struct

to_itself = None


def settle():
    """Returns when what was sent has been delivered: on one CPU loopback keeps
    the order, so a datagram to oneself comes after all that was sent before."""
    global to_itself
    if to_itself is None:
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        port = choose_port(1024, 65535, -1)
        to_itself = False
        for family, ip in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            try:
                s = socket.socket(family, socket.SOCK_DGRAM)
                s.bind((ip, port))
                s.connect((ip, port))
            except OSError:
                continue
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 1, 0))
            to_itself = s
            break
    try:
        for _ in range(4):  # a SYN is answered, and the answer is answered
            if to_itself:
                to_itself.send(b"x")
                to_itself.recv(1)
    except OSError:
        return
#@ this_cpu: settle | os


def this_cpu():
    """The one that settle() has kept this program on."""
    return min(os.sched_getaffinity(0))
#@ ready: settle | select


def polled(s, events, ms):
    one = select.poll()
    one.register(s.fileno(), events)
    return one.poll(ms)


def ready(s, events, ms):
    if polled(s, events, 0):
        return True
    settle()
    return bool(polled(s, events, ms))
#@ take: ready sockets | select socket


def take(s, ms):
    """The next connection of a listening socket."""
    if s.type == socket.SOCK_STREAM and not ready(s, select.POLLIN, ms):
        says("nothing")
        return None
    taken = []
    attempt(lambda: taken.append(Socket(fileno=s._accept()[0])))
    kept.extend(taken)
    return taken[0] if taken else None
#@ poll_events: ready outcome | select


def show_events(s, events, ms):
    settle()
    ready(s, events, ms)
    told = polled(s, events, 0)
    names_of = (("IN", "in"), ("OUT", "out"), ("ERR", "err"), ("HUP", "hup"), ("RDHUP", "rdhup"))
    seen = [name for bit, name in names_of if told and told[0][1] & getattr(select, "POLL" + bit)]
    says("+".join(seen) if told else "nothing")
#@ wait_ms: outcome | time


def wait_ms(ms):
    time.sleep(ms / 1000)
    says("ok")
