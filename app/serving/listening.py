"""The socket that a server listens at, and the file handles that its connections need."""

import resource
import socket

BACKLOG = 2048
OTHER_FILES = 512
"""File handles that are not connections: databases, WeChat, files."""
MOST_FILES = 65536


def listen(host: str, port: int) -> socket.socket:
    """A socket that takes connections up from now on. :raises OSError: when it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    listener.setblocking(False)
    return listener


def connections(wanted: int) -> int:
    """How many connections there may be; takes as many file handles as the process may have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return max(OTHER_FILES // 4, min(wanted, most - OTHER_FILES))
