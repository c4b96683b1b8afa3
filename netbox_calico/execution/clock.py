"""Time, so that a run can be tested without waiting."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Protocol

_SHORT = 0.5


class Clock(Protocol):
    def now(self) -> float:
        """Seconds on a clock that never goes back."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait that long, or less when the process is asked to stop."""
        ...


@dataclass(slots=True)
class StoppableClock:
    """The real clock; whoever sets ``stop`` (a signal handler) ends every wait at once."""

    stop: threading.Event = field(default_factory=threading.Event)

    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        if not self.stop.wait(seconds):
            return
        # Asked to stop: what still waits does so without spinning.
        time.sleep(min(seconds, _SHORT))
