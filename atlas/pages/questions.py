"""What docs/atlas.md answers, by question: the sections, what Linux does in all
of its releases (each sentence is held against the cells of every entry), and
which known causes belong where. pages/sections.py writes it.
"""
import functools
import re

ANY4, ANY6, LO4, LO6, OTHER4 = "0.0.0.0", "::", "127.0.0.1", "::1", "127.0.0.2"
MAPPED_ANY, MAPPED_LO = "::ffff:0.0.0.0", "::ffff:127.0.0.1"
BARE = {"a.reuseaddr": "unset", "a.reuseport": "unset", "b.reuseaddr": "unset", "b.reuseport": "unset"}
ADDR = {**BARE, "a.reuseaddr": "1", "b.reuseaddr": "1"}
PORT = {**BARE, "a.reuseport": "1", "b.reuseport": "1"}
# Both sockets of one family on one address.
SAME = {"a.addr": [ANY4, LO4, OTHER4, ANY6, LO6], "b.addr": "$a.addr", "b.v6only": "$a.v6only"}


class Sentence:
    """One that holds, or does not, in the cells of a plan that `where` names: an axis
    to a value, to several, or to `$` and another axis; `turned`: with these
    values of a and b exchanged too, and this outcome. `needs` are observations, as the outcome
    is; a cell where they are otherwise does not count."""

    def __init__(self, text, plan, where, outcome, needs=None, turned=None):
        self.text, self.plan, self.needs = text, plan, needs or {}
        self.cases = [(where, outcome)] + ([(exchanged(where), turned)] if turned else [])
        self.outcomes_of = {}  # by the cell's name, the same in every entry

    def count(self, cells):
        """How many of the cells it holds in, and how many it speaks of."""
        found = [(one, outcome) for one in cells for outcome in self.wanted_of(one["cell"])
                 if one["status"] == "DONE" and meets(one["outcomes"], self.needs)]
        return sum(meets(one["outcomes"], outcome) for one, outcome in found), len(found)

    def wanted_of(self, name):
        """What the sentence says of a cell, once for each case."""
        if name not in self.outcomes_of:
            axes = axes_of(name)
            self.outcomes_of[name] = [outcome for where, outcome in self.cases if self.speaks_of(axes, where)]
        return self.outcomes_of[name]

    @staticmethod
    def speaks_of(axes, where):
        for axis, wanted in where.items():
            values = [wanted] if isinstance(wanted, str) else wanted
            if axes[axis] not in [axes[value[1:]] if value.startswith("$") else value for value in values]:
                return False
        return True


def exchanged(where):
    other = {"a.": "b.", "b.": "a."}
    return {other.get(axis[:2], axis[:2]) + axis[2:]: value for axis, value in where.items()}


def meets(outcomes, wanted):
    return all(outcomes.get(name) in ([value] if isinstance(value, str) else value) for name, value in wanted.items())


@functools.cache
def axes_of(cell):
    """The axes of a cell's name; a value may hold commas, but no `,name=`."""
    inside = cell[cell.index("[") + 1:-1]
    return dict(re.findall(r"(?:^|,)([a-z0-9_.]+)=((?:(?!,[a-z0-9_.]+=).)*)", inside))


def conflict(text, where, outcome, turned=None):
    return Sentence(text, "bind.conflict", where, outcome, {"bind.a": "ok"}, turned)


def delivery(text, where, receiver, turned=None):
    return Sentence(text, "udp.delivery", where, {"receiver": receiver}, {"a.bind": "ok", "b.bind": "ok"},
                    turned and {"receiver": turned})


REFUSED, BOUND = {"bind.b": "EADDRINUSE"}, {"bind.b": "ok"}


class Section:
    """A question. `name` is what other parts of the page call it; `plans` are suites."""

    def __init__(self, key, name, title, calls, plans, sentences):
        self.key, self.name, self.title, self.calls = key, name, title, calls
        self.plans, self.sentences = plans, sentences


SECTIONS = (
    Section("conflict", "conflicts", "When do two sockets conflict?", """
a = socket(AF_INET, SOCK_STREAM, 0);  bind(a, 0.0.0.0:8080);  listen(a, 1);
b = socket(AF_INET, SOCK_STREAM, 0);  bind(b, 127.0.0.1:8080);      // EADDRINUSE
""", ("bind",), (
        conflict("Without an option an address and port is one socket's: the second `bind()` answers `EADDRINUSE`, "
                 "with TCP whether the first listens or not, and with UDP.", {**BARE, **SAME}, REFUSED),
        conflict("The wildcard conflicts with every address of its family, whichever is bound first.",
                 {**BARE, "a.addr": ANY4, "b.addr": [LO4, OTHER4]}, REFUSED, turned=REFUSED),
        conflict("Two specific addresses do not conflict.", {"a.addr": LO4, "b.addr": OTHER4}, BOUND),
    )),
    Section("reuse", "reuse", "What do SO_REUSEADDR and SO_REUSEPORT change?", """
setsockopt(a, SOL_SOCKET, SO_REUSEADDR, 1);  bind(a, 0.0.0.0:8080);
setsockopt(b, SOL_SOCKET, SO_REUSEADDR, 1);  bind(b, 0.0.0.0:8080); // ok: neither listens
listen(a, 1);                                                       // ok
listen(b, 1);                                                       // EADDRINUSE
""", ("reuse", "reuseport"), (
        conflict("`SO_REUSEADDR` on both TCP sockets lets them bind one address as long as neither listens.",
                 {**ADDR, **SAME, "kind": "bound"}, BOUND),
        conflict("Once the first listens it does not, on the same address or on the wildcard beside a specific one.",
                 {**ADDR, "kind": "listening", "a.addr": [ANY4, LO4], "b.addr": [ANY4, LO4]}, REFUSED),
        conflict("On both UDP sockets it lets them bind one address in any case.",
                 {**ADDR, **SAME, "kind": "dgram"}, BOUND),
        conflict("`SO_REUSEPORT` on both sockets of one user lets them bind one address and listen on it.",
                 {**PORT, **SAME}, BOUND),
        conflict("One socket with an option and one without is as good as none.",
                 {**SAME, **BARE, "a.reuseaddr": "1"}, REFUSED),
        conflict("So is `SO_REUSEADDR` on the one and `SO_REUSEPORT` on the other.",
                 {**SAME, **BARE, "a.reuseaddr": "1", "b.reuseport": "1"}, REFUSED),
    )),
    Section("dual", "IPv6 beside IPv4", "How do IPv6 sockets share a port with IPv4?", """
a = socket(AF_INET6, SOCK_STREAM, 0);                               // IPV6_V6ONLY is 0
bind(a, [::]:8080);  listen(a, 1);
b = socket(AF_INET, SOCK_STREAM, 0);   bind(b, 0.0.0.0:8080);       // EADDRINUSE: [::] is both
""", ("dual-stack",), (
        conflict("`[::]` with `IPV6_V6ONLY` off has the port in IPv4 too: no IPv4 address can be bound beside it.",
                 {**BARE, "a.addr": ANY6, "a.v6only": "0", "b.addr": [ANY4, LO4, OTHER4]}, REFUSED,
                 turned=REFUSED),
        conflict("With `IPV6_V6ONLY` on it has not.",
                 {"a.addr": ANY6, "a.v6only": "1", "b.addr": [ANY4, LO4, OTHER4]}, BOUND, turned=BOUND),
        conflict("`[::1]` conflicts with no IPv4 address.", {"a.addr": LO6, "b.addr": [ANY4, LO4, OTHER4]}, BOUND,
                 turned=BOUND),
        conflict("`[::ffff:127.0.0.1]` is `127.0.0.1`, and `[::ffff:0.0.0.0]` is `0.0.0.0`, to an IPv4 socket.",
                 {**BARE, "a.addr": [MAPPED_LO, MAPPED_ANY], "b.addr": [ANY4, LO4]}, REFUSED),
        conflict("So it is to another IPv6 socket.",
                 {**BARE, "a.addr": MAPPED_ANY, "b.addr": MAPPED_LO, "b.v6only": ["0", "unset"]}, REFUSED),
        Sentence("A socket with `IPV6_V6ONLY` cannot bind a mapped address.", "bind.conflict",
                 {"a.addr": [MAPPED_LO, MAPPED_ANY], "a.v6only": "1"}, {"bind.a": "EINVAL"}),
    )),
    Section("receive", "who receives", "Which of two UDP sockets receives?", """
setsockopt(a, SOL_SOCKET, SO_REUSEADDR, 1);  bind(a, 127.0.0.1:53);
setsockopt(b, SOL_SOCKET, SO_REUSEADDR, 1);  bind(b, 0.0.0.0:53);
sendto(client, 127.0.0.1:53);                                       // a receives
""", ("udp", "multicast"), (
        delivery("One that is connected to the sender, before any that is not.",
                 {"a.kind": "peer4", "b.kind": ["any4", "dual"], "sender": "peer"}, "{a}", turned="{b}"),
        delivery("One on the specific address, before one on the wildcard, whichever is newer.",
                 {"a.kind": "lo4", "b.kind": ["any4", "dual"], "sender": ["peer", "stranger"]}, "{a}",
                 turned="{b}"),
        delivery("Of two with `SO_REUSEADDR` on one address, the newer.",
                 {"a.kind": ["lo4", "any4"], "b.kind": "$a.kind", "a.reuse": "addr", "b.reuse": "addr",
                  "sender": ["peer", "stranger"]}, "{b}"),
        delivery("A wildcard socket that was connected receives nothing for another local address any more.",
                 {"a.kind": "any-peer4", "b.kind": ["lo4", "lo6"], "sender": "aside"}, "nothing"),
    )),
    Section("ports", "ports", "Which port does the kernel choose, and when are there none left?", "",
            ("ephemeral",), ()),
)

# Causes that are best told elsewhere than most of their symptoms say.
TOLD_UNDER = {
    "cleared-reuse-still-counts": "reuse",
    "gvisor-binds-beside-a-listener": "reuse",
    "gvisor-reuse-as-at-bind": "reuse",
    "gvisor-listener-survives-shutdown": "reuse",
    "gvisor-failed-listen-is-final": "reuse",
    "gvisor-options-without-effect": "reuse",
    "gvisor-mapped-on-v6only-errno": "dual",
    "gvisor-mapped-wildcard-name": "dual",
    "mapped-sockets-share-a-port": "dual",
}
# What a system does otherwise, before the cells say so: [words](cause).
OUTLINES = {
    "gvisor": (
        "gVisor is a network stack of its own, written in Go, that programs see as Linux 4.4. Which two sockets "
        "conflict without an option it answers as Linux does; only a mapped address on an IPv6-only socket is refused "
        "with [another error](gvisor-mapped-on-v6only-errno). It differs where options come in. With "
        "`SO_REUSEADDR` a socket binds [beside a listener](gvisor-binds-beside-a-listener) on another address of the "
        "port; `SO_REUSEPORT` shares a port [among users](gvisor-shares-among-users); an option that is set or "
        "cleared [after bind()](gvisor-reuse-as-at-bind) does not count; ports below 1024 are "
        "[everybody's](gvisor-ports-are-unprivileged). Much is accepted "
        "[without effect](gvisor-options-without-effect), so that a program believes that its group goes by "
        "its BPF program. A UDP socket that connects "
        "[stays on the wildcard](gvisor-connect-keeps-the-wildcard), and a second one of a `SO_REUSEPORT` group "
        "[cannot connect](gvisor-one-reuseport-socket-connects) to the same peer. A TCP socket is used up by a "
        "[failed listen()](gvisor-failed-listen-is-final) or a "
        "[failed connection](gvisor-connection-error-is-final), and a listener "
        "[survives shutdown()](gvisor-listener-survives-shutdown)."),
}
SEVERITY = ("security", "availability", "compatibility")


def section_of(cause):
    """The section's key, "" where the page has none for what the cause is about."""
    if cause["cause"] in TOLD_UNDER:
        return TOLD_UNDER[cause["cause"]]
    counts = {}
    for symptom in cause["symptoms"]:
        suite = re.split(r"[.\[]", symptom["match"])[0]
        key = next((section.key for section in SECTIONS if suite in section.plans), "")
        counts[key] = counts.get(key, 0) + 1
    return max(counts, key=counts.get)
