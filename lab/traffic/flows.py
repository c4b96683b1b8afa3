"""Who sends to whom: pods between all racks and within each, a borrowed address, and services from outside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from typing import Literal

from lab.addressing import Address, Family
from lab.topology import Node, Topology
from lab.wiring import OUTSIDE_NAME

type Protocol = Literal['udp', 'tcp']
type Scope = Literal['racks', 'rack', 'borrowed', 'outside']

POD_PORT = 7000


@dataclass(frozen=True, slots=True)
class Flow:
    """One direction of traffic. `source` is the device whose namespace sends, `listeners` those that may receive."""

    name: str
    protocol: Protocol
    scope: Scope
    family: Family
    source: str
    source_address: Address
    target: Address
    port: int
    listeners: tuple[str, ...]


def flows(topology: Topology) -> list[Flow]:
    """Every flow of a measurement, in UDP and in TCP."""
    ends = [*_between_racks(topology), *_within_racks(topology), *_borrowed(topology)]
    found: list[Flow] = []
    for protocol in ('udp', 'tcp'):
        for family in topology.shape.families:
            for scope, source, target, address in ends:
                if address is None or address.version == family:
                    found.append(_pod_flow(protocol, family, scope, source, target, address))
            found += _outside(topology, protocol, family)
    return found


type End = tuple[Scope, Node, Node, Address | None]


def _between_racks(topology: Topology) -> Iterator[End]:
    for one, other in permutations(range(1, topology.shape.racks + 1), 2):
        # The first node sends to the last, so that most nodes are an end of some flow.
        yield 'racks', topology.pod_nodes(one)[0], topology.pod_nodes(other)[-1], None


def _within_racks(topology: Topology) -> Iterator[End]:
    for rack in range(1, topology.shape.racks + 1):
        nodes = topology.pod_nodes(rack)
        if len(nodes) > 1:
            yield 'rack', nodes[0], nodes[1], None


def _borrowed(topology: Topology) -> Iterator[End]:
    for node in topology.nodes:
        for address in node.borrowed:
            yield 'borrowed', topology.pod_nodes(topology.shape.racks)[-1], node, address


def _address(node: Node, family: Family) -> Address:
    return next(pod for pod in node.pods if pod.version == family)


def _pod_flow(
    protocol: Protocol, family: Family, scope: Scope, source: Node, target: Node, address: Address | None
) -> Flow:
    return Flow(
        name=f'{protocol}-v{family} {scope} {source.pod_name} to {target.pod_name}',
        protocol=protocol,
        scope=scope,
        family=family,
        source=source.pod_name,
        source_address=_address(source, family),
        target=address or _address(target, family),
        port=POD_PORT,
        listeners=(target.pod_name,),
    )


def _outside(topology: Topology, protocol: Protocol, family: Family) -> Iterator[Flow]:
    client = next(address.ip for address in topology.outside if address.version == family)
    for service in topology.services:
        # One by its cluster address, the other by its external one.
        addresses = service.external_ips if service.local else service.cluster_ips
        address = next(address for address in addresses if address.version == family)
        yield Flow(
            name=f'{protocol}-v{family} outside to service {service.name}',
            protocol=protocol,
            scope='outside',
            family=family,
            source=OUTSIDE_NAME,
            source_address=client,
            target=address,
            port=service.port,
            listeners=tuple(topology.node(name).pod_name for name in service.endpoints),
        )
