"""How long an expansion takes, and what it costs in memory, from 50 to 5000 nodes: a script that prints a table."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address, IPv4Interface, IPv6Address, IPv6Interface

from netbox_calico.planning.expansion import BGPConfiguration, BGPPeer, Node, Resources, expand
from netbox_calico.planning.selectors import parse

NODES_A_RACK = 20
SIZES = (50, 500, 5000)
NO_MESH = BGPConfiguration(mesh=False)


def nodes(count: int) -> tuple[Node, ...]:
    v4, v6 = IPv4Address('10.0.0.1'), IPv6Address('fd00::1')
    return tuple(
        Node(
            f'node-{number:04}',
            {'rack': f'r{number // NODES_A_RACK}', 'kubernetes.io/hostname': f'node-{number:04}'},
            IPv4Interface((v4 + number, 8)),
            IPv6Interface((v6 + number, 64)),
        )
        for number in range(count)
    )


def addresses(count: int) -> Iterator[str]:
    for number in range(count):
        yield str(IPv4Address('10.255.0.1') + number)
        yield str(IPv6Address('fd00:ffff::1') + number)


def shared(count: int) -> Resources:
    """Two TOR positions, two families: four BGPPeers for all nodes."""
    peers = (
        BGPPeer(f'tor-{number}', node_selector='has(rack)', peer_ip=address, as_number=65001, reverse_peering='Manual')
        for number, address in enumerate(addresses(2))
    )
    return Resources(nodes(count), tuple(peers), NO_MESH)


def per_router(count: int) -> Resources:
    """Two TORs a rack, two families, a BGPPeer each, selected by the rack's label."""
    routers = 2 * -(-count // NODES_A_RACK)
    peers = (
        BGPPeer(f'tor-{number}', node_selector=f"rack == 'r{number // 4}'", peer_ip=address, as_number=65001)
        for number, address in enumerate(addresses(routers))
    )
    return Resources(nodes(count), tuple(peers), NO_MESH)


def by_other_means(count: int) -> Resources:
    """As per router, with selectors that name no value to look up, so each is tried on every node."""
    routers = 2 * -(-count // NODES_A_RACK)
    peers = (
        BGPPeer(f'tor-{number}', node_selector=f"rack starts with 'r{number // 4}x'", peer_ip=address, as_number=65001)
        for number, address in enumerate(addresses(routers))
    )
    return Resources(nodes(count), tuple(peers), NO_MESH)


def reflectors(count: int) -> Resources:
    """Three route reflectors, one BGPPeer from clients to reflectors, one among reflectors."""
    found = nodes(count)
    chosen = tuple(
        Node(node.name, {**node.labels, 'rr': 'true'}, node.ipv4, node.ipv6, None, '244.0.0.1') for node in found[:3]
    )
    peers = (
        BGPPeer('clients', node_selector='!has(rr)', peer_selector='has(rr)'),
        BGPPeer('reflectors', node_selector='has(rr)', peer_selector='has(rr)'),
    )
    return Resources((*chosen, *found[3:]), peers, NO_MESH)


def everything(resources: Resources) -> int:
    return sum(len(sessions) for sessions in expand(resources).sessions.values())


def one_node_of_the_mesh(resources: Resources) -> int:
    name = resources.nodes[-1].name
    return len(expand(resources, only={name}).sessions[name])


def mesh(count: int) -> Resources:
    return Resources(nodes(count))


CASES: tuple[tuple[str, Callable[[int], Resources], Callable[[Resources], int]], ...] = (
    ('shared TOR-side addresses', shared, everything),
    ('a BGPPeer per router', per_router, everything),
    ('the same, not by equality', by_other_means, everything),
    ('three route reflectors', reflectors, everything),
    ('mesh, one node of it', mesh, one_node_of_the_mesh),
)


def main() -> None:
    print(f'{"case":28} {"nodes":>6} {"BGPPeers":>9} {"sessions":>9} {"CPU s":>8} {"peak MB":>8}')
    for name, build, run in CASES:
        for size in SIZES:
            resources = build(size)
            parse.cache_clear()
            start = time.process_time()
            sessions = run(resources)
            seconds = time.process_time() - start
            tracemalloc.start()
            run(resources)
            peak = tracemalloc.get_traced_memory()[1] / 1e6
            tracemalloc.stop()
            print(f'{name:28} {size:6} {len(resources.bgp_peers):9} {sessions:9} {seconds:8.3f} {peak:8.1f}')


if __name__ == '__main__':
    main()
