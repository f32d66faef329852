"""The lab's table, kernel × suite × group, from what `sockdrift explain --output
json` says of the fleet that the kernels make."""
import string
import textwrap

WIDTH = 118


def suite_of(plan):
    return plan.partition(".")[0]


def group_of(plan, host):
    """The group of one plan that the host is in: its behaviour; None where it fits
    several or the plan was not measured on it."""
    return next((group["behaviour"] for group in plan["groups"] if host in group["hosts"]), None)


def fits(one, other):
    """Whether hosts with these groups of a suite's plans may be alike: what is not
    known of one may be anything."""
    return all(a == b or None in (a, b) for a, b in zip(one, other))


def letters_of_suite(plans, hosts):
    """{host: letter} over the plans of one suite: A is the largest group of hosts that
    are alike in all of them; "?" fits several groups, "-" was not measured."""
    kinds = {}
    for host in hosts:
        kinds.setdefault(tuple(group_of(plan, host) for plan in plans), []).append(host)
    groups = []
    letters = {}
    # Those that are sure found the groups, the rest join.
    for kind, members in sorted(kinds.items(), key=lambda item: (None in item[0], -len(item[1]))):
        fitting = [group for group in groups if None in kind and fits(kind, group[0])]
        if not any(kind):
            undecided = any(set(members) & set(plan["undecided"]) for plan in plans)
            letters.update(dict.fromkeys(members, "?" if undecided else "-"))
        elif len(fitting) > 1:
            letters.update(dict.fromkeys(members, "?"))
        elif fitting:
            fitting[0][1].extend(members)
        else:
            groups.append((kind, list(members)))
    groups.sort(key=lambda group: (-len(group[1]), min(map(hosts.index, group[1]))))
    for number, (_, members) in enumerate(groups):
        letters.update(dict.fromkeys(members, letter(number)))
    return letters


def letter(number):
    """A … Z, then A2 … Z2 and so on."""
    again, at = divmod(number, 26)
    return string.ascii_uppercase[at] + (str(again + 1) if again else "")


def letters(plans, hosts):
    """{suite: {host: letter}}, the suites by name."""
    by_suite = {}
    for plan in plans:
        by_suite.setdefault(suite_of(plan["plan"]), []).append(plan)
    return {suite: letters_of_suite(by_suite[suite], hosts) for suite in sorted(by_suite)}


def columns(rows):
    """Texts in columns, the first one left, the others right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return ["  ".join([row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])])
            for row in rows]


def render_letters(plans, seconds):
    """A row a kernel; `seconds` is {host: how long until its verdict}, in the rows' order."""
    hosts = list(seconds)
    by_suite = letters(plans, hosts)
    rows = [["KERNEL", "SECONDS", *by_suite]]
    for host in hosts:
        took = "" if seconds[host] is None else f"{seconds[host]:.1f}"
        rows.append([host, took, *(by_suite[suite][host] for suite in by_suite)])
    return columns(rows)


def which_differ(plans, hosts, differently=()):
    """A line for each plan in which some of these hosts are not in the largest group:
    who, and in how many cells they differ from it. Those of `differently` are left
    out: another kernel differs everywhere."""
    lines = []
    for plan in plans:
        others = []
        for group in plan["groups"][1:]:
            members = [host for host in hosts if host in group["hosts"] and host not in differently]
            cells = group["differing_cells"]
            if members and cells:
                others.append(f"{' '.join(members)} in {cells:,} cell{'' if cells == 1 else 's'}")
        if others:
            lines.append(f"{plan['plan']}: {'; '.join(others)}")
    return [line for text in lines for line in textwrap.wrap(text, WIDTH, subsequent_indent="    ")]
