"""The small change of a page in Markdown."""
import re

COMMIT = "https://git.kernel.org/linus/"
GVISOR_COMMIT = "https://github.com/google/gvisor/commit/"


def number(value):
    return f"{value:,}"


def cells(value):
    return f"{number(value)} cell" + ("" if value == 1 else "s")


def ranged(names, releases):
    """6.16 to 6.19, 7.1 and gvisor: releases that follow one another are a range, others come after them."""
    parts, run = [], []
    for name in [*releases, None]:
        if name in names:
            run.append(name)
            continue
        parts += [f"{run[0]} to {run[-1]}"] if len(run) > 2 else run
        run = []
    parts += [name for name in names if name not in releases]
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def table(head, rows):
    yield "| " + " | ".join(head) + " |"
    yield "| " + " | ".join("---" for _ in head) + " |"
    for row in rows:
        yield "| " + " | ".join(row) + " |"
    yield ""


def anchor(title):
    """The fragment that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def linked(cause):
    """A cause's commits, each hash a link to the repository that has it."""
    where = GVISOR_COMMIT if cause["cause"].startswith("gvisor-") else COMMIT
    return "; ".join(re.sub(r"\b[0-9a-f]{12}\b", lambda found: f"[`{found[0]}`]({where}{found[0]})", commit)
                     for commit in cause["commits"])
