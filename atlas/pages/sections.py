"""The part of docs/atlas.md that answers by question: what Linux does, what differs
between its releases, what gVisor does otherwise.
"""
import re

from .markdown import anchor, cells, linked, number, ranged, table
from .questions import OUTLINES, SECTIONS, SEVERITY, section_of

GVISOR = "gvisor"
GVISOR_SOURCE = "gVisor pkg/"


def by_question(atlas):
    shown = atlas.shown_by()
    newest = atlas.newest()
    foreign = {found["cause"]: found["cells"] for found in atlas.diff(newest, GVISOR)["known_causes"]
               if found["side"] == "b"} if GVISOR in atlas.others else {}
    for section in SECTIONS:
        yield f"## {section.title}"
        yield ""
        if section.calls:
            yield "```c" + section.calls + "```"
            yield ""
        if section.sentences:
            yield f"On Linux, {atlas.releases[0]} to {newest}:"
            yield ""
            yield from (f"- {text}" for text in sentences(atlas, section))
            yield ""
        yield from linux_causes(atlas, section, shown)
        yield from gvisor_causes(atlas, section, foreign)


def sentences(atlas, section):
    """Each with the cells that show it. One that no release bears out is not written but an error."""
    for sentence in section.sentences:
        counts = {name: sentence.count(atlas.cells(name, sentence.plan)) for name in [*atlas.releases, *atlas.others]}
        releases = {name: counts[name] for name in atlas.releases}
        exact = [name for name, (held, of) in releases.items() if held == of and of]
        if not exact:
            raise SystemExit(f"atlas/pages/questions.py: no release bears out \"{sentence.text}\": {releases}")
        but = [f"**{name}** otherwise in {number(of - held)} of {number(of)}"
               for name, (held, of) in counts.items() if held != of and name in (*atlas.releases, GVISOR)]
        yield f"{sentence.text} ({cells(releases[exact[-1]][1])}" + (f"; {', '.join(but)}" if but else "") + ")"


def in_order(atlas, names):
    """The worst first."""
    return sorted(names, key=lambda name: SEVERITY.index(atlas.causes[name]["effect"]))


def linux_causes(atlas, section, shown):
    mine = in_order(atlas, [name for name in shown if section_of(atlas.causes[name]) == section.key])
    if not mine:
        yield "No release here differs from another in a way that belongs to this question."
        yield ""
        return
    yield "What differs between the releases, and the commits that brought or ended it:"
    yield ""
    rows = []
    for name in mine:
        cause = atlas.causes[name]
        rows.append([f"[{cause['title']}](../{cause['file']}). {cause['text']}", ranged(shown[name], atlas.releases),
                     cause["effect"], linked(cause) or "–"])
    yield from table(["what", "shown by", "effect", "commits"], rows)


def gvisor_causes(atlas, section, foreign):
    mine = in_order(atlas, [name for name in foreign if section_of(atlas.causes[name]) == section.key])
    if not mine:
        return
    yield f"{atlas.entries[GVISOR]['title']} against Linux {atlas.newest()}:"
    yield ""
    for name in mine:
        cause = atlas.causes[name]
        grave = "" if cause["effect"] == SEVERITY[-1] else f", {cause['effect']}"
        sources = "; ".join(one for one in cause["references"] if one.startswith(GVISOR_SOURCE))
        later = linked(cause)
        yield (f"- **[{cause['title']}](../{cause['file']})** ({cells(foreign[name])}{grave}). {cause['text']}"
               + (f" *{sources}*." if sources else "") + (f" Later: {later}." if later else ""))
    yield ""


def told_in(cause):
    """A link to the section that tells of a cause, "" where none does."""
    key = section_of(cause)
    return next((f"[{section.name}](#{anchor(section.title)})" for section in SECTIONS if section.key == key), "")


def outline(atlas, name, diff):
    """The sentences of OUTLINES, which may speak only of causes that the entry shows."""
    def link(found):
        words, cause = found[1], found[2]
        if cause not in shown:
            raise SystemExit(f"atlas/pages/questions.py: OUTLINES says of {name} {cause}, which it does not show")
        return f"[{words}](../{atlas.causes[cause]['file']})"

    shown = [one["cause"] for one in diff["known_causes"]]
    if name in OUTLINES:
        yield re.sub(r"\[([^]]*)\]\(([\w-]+)\)", link, OUTLINES[name])
        yield ""
