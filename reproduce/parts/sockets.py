#: What becomes of a socket on which a call failed.
#@ sockets: outcome | socket


class Socket(socket.socket):
    """After a call on it failed, what follows on it is not reached."""

    failed = False


kept = []  # whatever becomes of its name, a socket is open until it is closed


def there(s):
    return s is not None and not s.failed
#@ opened: sockets


def opened(make):
    made = []
    attempt(lambda: made.append(make()))
    kept.extend(made)
    return made[0] if made else None
#@ call: sockets


def call(s, act, late=None):
    if not there(s):
        says("not-reached")
    elif not attempt(act, late):
        s.failed = True
#@ ask: sockets


def ask(s, act, late=None):
    """As a call whose failure is no matter to what follows."""
    if there(s):
        attempt(act, late)
    else:
        says("not-reached")
#@ also: sockets


def also(s, act):
    """An option of a new socket: changes the outcome only when it fails."""
    if there(s):
        before = outcome
        if attempt(act):
            says(before)
        else:
            s.failed = True
#@ on: sockets


def on(s, act):
    if there(s):
        act()
    else:
        says("not-reached")
#@ anyway: sockets


def anyway(s, act):
    """Even where an earlier call on the socket failed."""
    unfit = s is not None and s.failed
    if unfit:
        s.failed = False
    act()
    if unfit:
        s.failed = True
#@ needs: sockets


def needs(s, other):
    """Without the other socket this one cannot be reached either."""
    if s is not None and not there(other):
        s.failed = True
#@ close: sockets


def close(s):
    """What is left under the name."""
    if not there(s):
        says("not-reached")
        return s
    attempt(s.close)
    return None
#@ begin: sockets


def begin(s, act):
    """A connect that does not wait: EINPROGRESS is what was asked for."""
    if not there(s):
        says("not-reached")
        return
    s.setblocking(False)
    s.failed = not attempt(act) and outcome != "EINPROGRESS"
    s.setblocking(True)
#@ bound: sockets | struct


def bound(s, ms):
    """The longest that a call on it may block."""
    if s is not None and s.fileno() >= 0:
        s.setsockopt(
            socket.SOL_SOCKET,
            socket.SO_SNDTIMEO,
            struct.pack("ll", ms // 1000, ms % 1000 * 1000),
        )
#@ libc: | ctypes

libc = ctypes.CDLL(None, use_errno=True)  # for what this module's calls forbid


def checked(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), "")
    return result


def u32(size):
    return ctypes.c_uint(size & 0xFFFFFFFF)
