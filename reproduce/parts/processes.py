#: Other processes, one of which goes on at a time.
#@ processes: process_names cannot sockets libc | os signal socket

me = process_main
channels = [socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in range(process_count)]
signal.alarm(60)


def await_turn():
    channels[me][0].recv(16)


def hand_over(process):
    channels[process][1].send(b"go on")


def start_process(process):
    global me
    pid = os.fork()
    if pid == 0:
        me = process
        signal.alarm(60)
        libc.prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG
    return pid
#@ descriptors: processes outcome | socket struct


def pass_descriptor(process, s):
    """With the turn goes a descriptor (SCM_RIGHTS), or why there is none."""
    if not there(s):
        channels[process][1].send(b"not-reached")
        return
    rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, struct.pack("i", s.fileno()))
    if attempt(lambda: channels[process][1].sendmsg([b"ok"], [rights])):
        return
    channels[process][1].send(outcome.encode())


def take_descriptor():
    text, about = channels[me][0].recvmsg(64, 64)[:2]
    says(text.decode())
    for _, _, data in about:
        s = Socket(fileno=struct.unpack("i", data[:4])[0])
        kept.append(s)
        return s
    return None
