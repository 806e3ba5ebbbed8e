"""Ports of this machine that are free."""

import socket


def free_port() -> int:
    """A TCP port on 127.0.0.1 that nobody listens at just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
