"""What stops a server from being started."""


class PartMissing(Exception):
    """Something must be installed first; the message says what and how."""


class ServerFailed(Exception):
    """The server did not come up; the message holds the end of its log."""
