"""How a gate names what it waits for."""

from __future__ import annotations

from collections.abc import Iterable

from netbox_calico.planning.counted import listed
from netbox_calico.planning.model.inventory import Network

_SHOWN = 5


def named(prefixes: Iterable[Network]) -> str:
    """The first few prefixes, and how many more."""
    ordered = sorted(prefixes, key=lambda prefix: (prefix.version, int(prefix.network_address), prefix.prefixlen))
    return listed(ordered, _SHOWN)
