"""How a gate names what it waits for."""

from __future__ import annotations

from collections.abc import Iterable

from netbox_calico.planning.model.inventory import Network

_SHOWN = 5


def named(prefixes: Iterable[Network]) -> str:
    """The first few prefixes, and how many more."""
    ordered = sorted(prefixes, key=lambda prefix: (prefix.version, int(prefix.network_address), prefix.prefixlen))
    more = len(ordered) - _SHOWN
    return ', '.join(map(str, ordered[:_SHOWN])) + (f' and {more} more' if more > 0 else '')
