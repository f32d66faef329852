#: What samples come to.
#@ classes: outcome | collections

seen = collections.defaultdict(collections.Counter)


def count(name):
    seen[name][outcome] += 1


def class_of(name):
    """all:x, even:{x,y} where each has a quarter of an equal share at least,
    else mixed:{x,y}."""
    counts = seen[name]
    members = ",".join(sorted(counts))
    least = min(counts.values()) * len(counts) * 4
    if len(counts) == 1:
        says("all:" + members)
    else:
        even = least >= sum(counts.values())
        says(("even" if even else "mixed") + ":{" + members + "}")
