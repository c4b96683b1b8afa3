"""What a piece of work costs: seconds by the clock, seconds of our processor, those of the services that we started.

The clock also counts what others do on the machine meanwhile; the processors' seconds do so far less.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf('SC_CLK_TCK')


@dataclass
class Cost:
    """Complete when its block has ended."""

    wall: float = 0
    own: float = 0
    services: float = 0

    def __str__(self) -> str:
        return f'{self.wall:8.2f} {self.own:8.2f} {self.services:8.2f}'


HEAD = f'{"wall s":>8} {"CPU s":>8} {"services":>8}'


@contextmanager
def measured() -> Iterator[Cost]:
    cost = Cost()
    services, own, wall = _descendants(), time.process_time(), time.perf_counter()
    yield cost
    cost.wall, cost.own = time.perf_counter() - wall, time.process_time() - own
    cost.services = _descendants() - services


def _descendants() -> float:
    """Processor seconds of all that this process has started, and what they started, the ended ones too."""
    children: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for entry in Path('/proc').glob('[0-9]*/stat'):
        with suppress(FileNotFoundError, ProcessLookupError):
            # The second field, the program's name, may hold spaces and brackets: count from behind it (proc(5)).
            fields = entry.read_text().rpartition(')')[2].split()
            children[int(fields[1])].append((int(entry.parent.name), sum(map(int, fields[11:15]))))
    ticks, waiting = 0, [os.getpid()]
    while waiting:
        for pid, spent in children[waiting.pop()]:
            ticks += spent
            waiting.append(pid)
    return ticks / _TICKS
