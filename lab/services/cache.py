"""What takes long to make and is the same for every checkout is kept outside of them."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def cache(kind: str) -> Path:
    """Of the home, or of the checkout where the home is not to be written to; as in `lab/setup/setup.sh`."""
    home = Path.home()
    below = home / '.cache' if os.access(home, os.W_OK) else Path(__file__).parents[2] / '.data' / 'cache'
    return Path(os.environ.get('XDG_CACHE_HOME') or below) / 'netbox-calico' / kind


@contextmanager
def made_once(path: Path) -> Iterator[None]:
    """Several processes may want `path` at once: one makes it, the others wait and find it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(f'{path.name}.lock').open('w') as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
