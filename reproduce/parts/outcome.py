#: What a call answered, and how it is printed.
#@ cannot: | sys


def cannot(what):
    """This program itself could not do what it needs."""
    print(f"cannot {what}", file=sys.stderr)
    sys.exit(2)
#@ outcome: | errno

outcome = "ok"  # of the last call


def error_name(error):
    if error == errno.EOPNOTSUPP:  # which has a second name
        return "EOPNOTSUPP"
    return errno.errorcode.get(error, "EUNKNOWN")


def says(text):
    global outcome
    outcome = text


def attempt(act, late=None):
    """Makes a call; one that SO_SNDTIMEO ended is a timeout."""
    try:
        act()
    except OSError as error:
        in_time = late is None or error.errno not in (late, errno.EAGAIN)
        says(error_name(error.errno) if in_time else "timeout")
        return False
    says("ok")
    return True
#@ port_name:
#@ names:
#@ process_names:
#@ print: outcome


def observe(name):
    print(f"{name}: {outcome}", flush=True)
#@ failed: outcome


def failed():
    return outcome == "timeout" or (outcome[0] == "E" and outcome != "ESTABLISHED")
#@ print_and_must: failed | sys

refused = False  # something that is observed was, and is on record


def observe(name):
    global refused
    print(f"{name}: {outcome}", flush=True)
    refused = refused or failed() or outcome == "nothing"


def must(call, wanted):
    """Anything else means that the set-up went wrong."""
    met = failed() if wanted == "error" else outcome == wanted
    if not met and not (refused and outcome == "not-reached"):
        print(f"{call} must be {wanted}, was {outcome}", file=sys.stderr)
        sys.exit(2)
