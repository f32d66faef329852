"""Other kernels on this machine: fetched from Debian, booted for one command."""


class Unavailable(Exception):
    """Something outside of the program is missing: a package, a tool, a network."""


class Misuse(Exception):
    """The arguments make no sense; the text says what would."""
