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
    candidates: Iterable[int] = range(first, first + 100) if first else random.sample(_RANGE, 200)
    family = socket.AF_INET6 if ':' in address else socket.AF_INET
    for port in candidates:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError:
                continue
            return port
    raise LabError(f'no free TCP port on {address}: end the programs that listen there')
