"""TCP ports that are free, so that a demo and several test runs live side by side on one machine."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterable

from lab.errors import LabError

# Below the range from which Linux takes the ports of outgoing connections, or one of those could get there first.
_RANGE = range(20_000, 32_000)


def free_port(address: str = '127.0.0.1', *, first: int | None = None) -> int:
    """A TCP port that nobody listens on at `address`: `first` or the next free one above it, else any.

    Raises LabError when there is none.
    """
    with listener(address, first=first) as found:
        port: int = found.getsockname()[1]
    return port


def listener(address: str = '127.0.0.1', *, first: int | None = None) -> socket.socket:
    """A socket that listens on such a port, for a program that takes one over: nobody else can get there first."""
    candidates: Iterable[int] = range(first, first + 100) if first else random.sample(_RANGE, 200)
    for port in candidates:
        found = socket.socket(socket.AF_INET6 if ':' in address else socket.AF_INET)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind((address, port))
            # Two may be bound to one port, as long as neither listens.
            found.listen()
        except OSError:
            found.close()
            continue
        return found
    raise LabError(f'no free TCP port on {address}: end the programs that listen there')
