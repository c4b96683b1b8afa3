"""What the nodes of a cluster announce: its exported pools and the ranges of its services."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network

from netbox_calico.planning.model.inventory import Network, Snapshot

DEFAULT_ROUTES: Mapping[int, Network] = {4: IPv4Network('0.0.0.0/0'), 6: IPv6Network('::/0')}
"""The default route by family."""


def announced(snapshot: Snapshot) -> tuple[Network, ...]:
    """The prefixes that routes of the cluster lie in, IPv4 first; a range inside another is left out."""
    found = {pool.cidr for pool in snapshot.pools if not pool.disable_export}
    found |= {service.cidr for service in snapshot.service_ranges}
    ordered = sorted(found, key=lambda prefix: (prefix.version, int(prefix.network_address), prefix.prefixlen))
    kept: list[Network] = []
    for prefix in ordered:
        if not kept or kept[-1].version != prefix.version or not _within(prefix, kept[-1]):
            kept.append(prefix)
    return tuple(kept)


def _within(inner: Network, outer: Network) -> bool:
    return outer.prefixlen <= inner.prefixlen and int(inner.network_address) <= int(outer.broadcast_address)
