"""The kinds of prefixes of a cluster: one for each pool and service range, and what lists and filters do to each."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from ipaddress import ip_network
from typing import NamedTuple

from netbox_calico.planning import ranges
from netbox_calico.planning.counted import counted
from netbox_calico.planning.encapsulation import ALWAYS, NEVER, by_felix, ipip, vxlan
from netbox_calico.planning.model.inventory import Network
from netbox_calico.planning.model.observation import ClusterObservation, Resource

from .narrowest import Narrowest
from .world import BLOCK, DEFAULT, SERVICE, SUBNET, Encapsulation

EVERYWHERE: Mapping[int, Network] = {4: ip_network('0.0.0.0/0'), 6: ip_network('::/0')}
_BLOCK_LENGTH = {4: 26, 6: 122}


@dataclass(frozen=True, slots=True)
class Kind:
    """Prefixes of one length within these networks: the blocks of a pool, a service range, the subnets of nodes.

    ``alike`` are further pools or ranges that fare like it.
    """

    name: str
    networks: tuple[Network, ...]
    length: int
    alike: tuple[Network, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether the networks themselves are what is announced."""
        return all(network.prefixlen == self.length for network in self.networks)


class Treated(NamedTuple):
    """What becomes of the prefixes of each pool and of each service range, by its network."""

    pools: Mapping[Network, Hashable]
    services: Mapping[Network, Hashable]


@dataclass(frozen=True)
class Kinds:
    """What is announced in one family. ``blocks`` and ``services`` by kind; pools that are not exported are absent.

    ``bare`` are the pools that have nothing below them but routers while they are not encapsulated, by name.
    """

    blocks: Mapping[str, Kind]
    services: Mapping[str, Kind]
    underlay: tuple[Kind, ...]
    bare: frozenset[str] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        """All of them."""
        return frozenset({*self.blocks, *self.services, DEFAULT, SUBNET})

    @property
    def titles(self) -> Mapping[str, str]:
        """What people call each."""
        return {
            DEFAULT: 'everything else',
            SUBNET: 'the subnets of nodes',
            **{name: f'blocks of {_title(kind, "pool")}' for name, kind in self.blocks.items()},
            **{name: f'services in {_title(kind, "range")}' for name, kind in self.services.items()},
        }

    @property
    def every(self) -> tuple[Kind, ...]:
        """All of them, as they are."""
        return (*self.blocks.values(), *self.services.values(), *self.underlay)

    def encapsulation(self, cluster: ClusterObservation) -> Mapping[str, Encapsulation]:
        """How the blocks of each kind are carried, with the pools as they are in this state of the cluster."""
        names = {cidr: name for name, kind in self.blocks.items() for cidr in (*kind.networks, *kind.alike)}
        felix = by_felix(cluster)
        return {
            names[cidr]: _encapsulation(pool, felix, bare=pool.name in self.bare)
            for pool, cidr in ranges.pools(cluster)
            if cidr in names
        }

    def of_block(self, cidr: Network) -> str | None:
        """The kind of a block: that of the narrowest pool around it, as a pool may lie in another one."""
        return self._around.around(cidr)

    @cached_property
    def _around(self) -> Narrowest[str]:
        kinds = self.blocks.values()
        return Narrowest({cidr: kind.name for kind in kinds for cidr in (*kind.networks, *kind.alike)})

    def within(self, permitted: Iterable[Network]) -> frozenset[str]:
        """The kinds that a prefix-list lets pass: all within its prefixes; a default route in it stands for itself."""
        listed = tuple(permitted)
        default = any(not prefix.prefixlen for prefix in listed)
        narrow = tuple(prefix for prefix in listed if prefix.prefixlen)
        return frozenset(
            kind.name
            for kind in self.every
            if (default if kind.name == DEFAULT else any(_covered(kind, prefix) for prefix in narrow))
        )


def kinds_of(
    cluster: ClusterObservation,
    family: int,
    subnets: Iterable[Network],
    changing: Collection[str] = (),
    treated: Treated | None = None,
) -> Kinds:
    """The kinds of a family; ``subnets`` are those that nodes stand in, ``changing`` the pools that a plan changes.

    Pools that are ``treated`` alike are one kind, and so are service ranges; else each is its own.
    """
    treated = treated or Treated({}, {})
    pools = [
        (cidr, _length(pool, family))
        for pool, cidr in ranges.pools(cluster)
        if cidr.version == family and not pool.spec.get('disableBGPExport')
    ]
    services = sorted({cidr for _, cidr in ranges.services(cluster) if cidr.version == family}, key=str)
    ends = tuple(sorted(subnets, key=str))
    return Kinds(
        _kinds(BLOCK, pools, treated.pools),
        _kinds(SERVICE, [(cidr, cidr.prefixlen) for cidr in services], treated.services),
        (
            Kind(DEFAULT, (EVERYWHERE[family],), 0),
            Kind(SUBNET, ends, max((end.prefixlen for end in ends), default=0)),
        ),
        frozenset(changing),
    )


def _length(pool: Resource, family: int) -> int:
    """Of one whose size cannot be read, which Calico takes for none, the usual one."""
    size = pool.spec.get('blockSize')
    return size if isinstance(size, int) and size > 0 else _BLOCK_LENGTH[family]


def _kinds(
    sort: str, found: Iterable[tuple[Network, int]], treatments: Mapping[Network, Hashable]
) -> Mapping[str, Kind]:
    alike: dict[Hashable, list[tuple[Network, int]]] = {}
    for cidr, length in found:
        alike.setdefault((length, treatments.get(cidr, cidr)), []).append((cidr, length))
    kinds: dict[str, Kind] = {}
    for number, [(cidr, length), *others] in enumerate(alike.values()):
        name = f'{sort} {number}' if number else sort
        kinds[name] = Kind(name, (cidr,), length, tuple(other for other, _ in others))
    return kinds


def _title(kind: Kind, sort: str) -> str:
    more = f' (and {counted(len(kind.alike), sort)} like it)' if kind.alike else ''
    return f'{kind.networks[0]}{more}'


def _encapsulation(pool: Resource, felix: bool, *, bare: bool) -> Encapsulation:
    """A pool without any is carried by what lies below, as its mesh across subnets is today: tunnels or routes. Of one
    that a plan changes nobody knows that."""
    mode = ipip(pool)
    if vxlan(pool) != NEVER or (felix and mode != NEVER):
        return Encapsulation.FELIX
    if mode == NEVER and bare:
        return Encapsulation.NONE
    return Encapsulation.IPIP_ALWAYS if mode == ALWAYS else Encapsulation.IPIP_CROSS_SUBNET


def _covered(kind: Kind, prefix: Network) -> bool:
    """Any subnet of nodes that passes is one too many; of pools and ranges, all has to pass."""
    fits = (_inside(network, prefix) for network in kind.networks)
    return any(fits) if kind.name == SUBNET else all(fits)


def _inside(inner: Network, outer: Network) -> bool:
    return (
        inner.version == outer.version
        and outer.prefixlen <= inner.prefixlen
        and int(outer.network_address) <= int(inner.network_address) <= int(outer.broadcast_address)
    )
