#!/usr/bin/env python3
"""Reads the published vectors with nothing but docs/canonical-form.md.

A second reader, so that the page and not the code is the specification:
decodes the programs, builds their cells' bytes, decodes the records and builds
their behaviours, and compares all of it with the vectors.
Exit status: 0 all agree, 1 some do not (each is printed), 2 usage.
"""
import hashlib
import itertools
import pathlib
import sys

REQUIRED_UNSET = {2: {7}}  # of setsockopt: the value


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def raw(self, size):
        part = self.data[self.at:self.at + size]
        assert len(part) == size, "cut short"
        self.at += size
        return part

    def byte(self):
        return self.raw(1)[0]

    def number(self):
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7f) << shift
            shift += 7
            if byte < 0x80:
                return value

    def text(self):
        return self.raw(self.number())

    def list(self, part):
        return [part() for _ in range(self.number())]

    def head(self, name):
        assert self.raw(len(name)) == name and self.number() == 1, name


def number(value):
    out = b""
    while value >= 0x80:
        out += bytes([value & 0x7f | 0x80])
        value >>= 7
    return out + bytes([value])


def text(value):
    return number(len(value)) + value


def listed(parts):
    return number(len(parts)) + b"".join(parts)


def read_program(data):
    r = Reader(data)
    r.head(b"sockdrift-program/")
    p = {"isolation": r.byte(), "long": r.byte(), "repeats": r.number(), "limit": r.number()}
    p["axes"] = r.list(lambda: (r.text(), r.list(r.text)))
    sizes = [len(values) for _, values in p["axes"]]

    def scalar():
        axes = [r.byte() for _ in range(r.number())]
        texts = {}
        for where in itertools.product(*(range(sizes[a]) for a in axes)):
            size = r.number()
            texts[where] = None if size == 0 else r.raw(size - 1)
        return lambda cell: texts[tuple(cell[a] for a in axes)]

    p["excluded"], end = set(), 0
    for skip, count in r.list(lambda: (r.number(), r.number())):
        p["excluded"].update(range(end + skip, end + skip + count))
        end += skip + count
    p["caps"] = r.list(scalar)
    p["users"] = r.list(r.text)
    p["hosts"] = r.list(lambda: (r.text(), r.byte()))
    p["ports"] = r.list(lambda: (r.text(), r.number(), r.number()))
    p["settings"] = r.list(lambda: (r.byte(), r.text(), scalar(), r.text()))
    p["observations"] = r.list(r.text)
    p["steps"] = r.list(lambda: {
        "operation": r.byte(), "flags": r.byte(), "observation": r.number(), "body": r.number(),
        "fields": r.list(lambda: (r.byte(), scalar())),
        "guards": r.list(lambda: (r.byte(), r.list(r.number)))})
    assert r.at == len(data), "bytes behind the end"
    combinations = itertools.product(*(range(size) for size in sizes))
    p["cells"] = [c for i, c in enumerate(combinations) if i not in p["excluded"]]
    return p


def steps_bytes(p, steps, cell):
    out, at = b"", 0
    while at < len(steps):
        step = steps[at]
        body = steps[at + 1:at + 1 + step["body"]]
        at += 1 + step["body"]
        fields = [(n, value(cell)) for n, value in step["fields"]]
        unset = {n for n, value in fields if value is None}
        if unset & REQUIRED_UNSET.get(step["operation"], set()):
            continue
        if not all(cell[axis] in values for axis, values in step["guards"]):
            continue
        out += bytes([step["operation"]])
        out += b"".join(bytes([n]) + text(v) for n, v in fields if v is not None)
        name = p["observations"][step["observation"] - 1] if step["observation"] else b""
        out += bytes([0, step["flags"]]) + text(name)
        if body:
            out += steps_bytes(p, body, cell)
    return out + b"\0"


def cell_bytes(p, cell):
    out = b"sockdrift-cell/" + number(1) + bytes([p["isolation"]])
    caps = [cap(cell) for cap in p["caps"]]
    out += b"".join(b"\1" + text(c) for c in caps if c not in (None, b"none")) + b"\0"
    out += listed([text(user) for user in p["users"]])
    out += listed([text(name) + bytes([stacks]) for name, stacks in p["hosts"]])
    out += listed([text(name) + number(a) + number(b) for name, a, b in p["ports"]])
    for kind, key, value, host in p["settings"]:
        if value(cell) is not None:
            out += bytes([kind]) + text(key) + text(value(cell)) + text(host)
    return out + b"\0" + steps_bytes(p, p["steps"], cell)


def runs(values):
    out = b""
    for value, group in itertools.groupby(values):
        out += number(len(list(group))) + number(value)
    return out


def behaviour_of(data):
    r = Reader(data)
    r.head(b"sockdrift-record/")
    measurement, cells = r.raw(32), r.number()

    def read_runs():
        values = []
        while len(values) < cells:
            count, value = r.number(), r.number()
            values += [value] * count
        return values

    status = read_runs()
    r.list(r.text)
    read_runs()
    outcomes = r.list(r.text)
    columns = r.list(read_runs)
    assert r.at == len(data), "bytes behind the end"
    return (b"sockdrift-behaviour/" + number(1) + measurement + number(cells) +
            runs([1 if s == 1 else 0 for s in status]) +
            listed([text(o) for o in outcomes]) + listed([runs(c) for c in columns]))


def vectors(path):
    for block in path.read_text().split("\n\n"):
        lines = [line for line in block.splitlines() if line and line[0] != "#"]
        if lines:
            yield dict(line.split(": ", 1) if ": " in line else (line[:-1], "")
                       for line in lines)


def main(folder):
    wrong, checked = [], 0

    def expect(what, got, wanted):
        nonlocal checked
        checked += 1
        if got != wanted:
            wrong.append(f"{what}: {got}, published {wanted}")

    programs = {}
    for v in vectors(folder / "programs.txt"):
        data = bytes.fromhex(v["bytes"])
        programs[v["program"]] = read_program(data)
        expect(v["program"], hashlib.sha256(data).hexdigest(), v["measurement"])
    for v in vectors(folder / "cells.txt"):
        p = programs[v["program"]]
        cell = p["cells"][int(v["cell"])]
        name = ",".join(f"{axis.decode()}={values[i].decode()}"
                        for (axis, values), i in zip(p["axes"], cell))
        expect("name", f"[{name}]", v["name"])
        data = cell_bytes(p, cell)
        expect(v["name"], data.hex(), v["bytes"])
        expect(v["name"], hashlib.sha256(data).hexdigest()[:32], v["id"])
    for v in vectors(folder / "records.txt"):
        data = bytes.fromhex(v["record"])
        expect(v["name"], hashlib.sha256(data).hexdigest(), v["record-digest"])
        behaviour = behaviour_of(data)
        expect(v["name"], behaviour.hex(), v["behaviour"])
        expect(v["name"], hashlib.sha256(behaviour).hexdigest(), v["behaviour-digest"])
    for v in vectors(folder / "genomes.txt"):
        pairs = sorted(tuple(map(bytes.fromhex, pair.split("=")))
                       for pair in v["behaviours"].split(",") if pair)
        data = b"sockdrift-genome/" + number(1) + listed([a + b for a, b in pairs])
        expect("genome", hashlib.sha256(data).hexdigest(), v["genome"])
    print("\n".join(wrong) or f"{checked} vectors agree with the page")
    return 1 if wrong or checked < 40 else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(pathlib.Path(sys.argv[1])))
