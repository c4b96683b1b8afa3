"""The configuration that the routers have before any Calico: a BGP fabric, and the static routes of the old days.

Nothing of Calico is on the routers. What a cluster in mesh asked of the fabric is static, with the worst distance
but one, so that every BGP route for the same prefix wins and a withdrawn one falls back:

- services are reached from outside over static routes to the nodes that have endpoints;
- in the variant `default` the fabric knows the pods of each node, as it must wherever pods cross it unencapsulated
  without BGP. In the variant `overlay` it knows nothing of pods: there VXLAN between the nodes carries them.
"""

from __future__ import annotations

from collections.abc import Iterator

from lab.addressing import (
    CLUSTER_IPS,
    EXTERNAL_IPS,
    OUTSIDE,
    OUTSIDE_CLIENT_HOST,
    SPINE_AS,
    Address,
    Family,
    Interface,
    Network,
    host_in,
    rack_network,
)
from lab.topology import Node, Router, Topology

FLOATING, DISCARD = 250, 254
# All that the data centre is made of; its edge must not send these to the default route and get them back.
OWN: dict[Family, tuple[str, ...]] = {
    4: ('10.0.0.0/8', str(EXTERNAL_IPS[4])),
    6: ('fd00::/8', str(EXTERNAL_IPS[6])),
}


def configuration(topology: Topology, router: Router) -> str:
    """The frr.conf of `router`."""
    lines = [
        'frr defaults datacenter',
        f'hostname {router.name}',
        'log file /var/log/frr/frr.log informational',
        'service integrated-vtysh-config',
        '!',
        *_static_routes(topology, router),
        '!',
        *_fabric_policy(topology, router),
        f'router bgp {router.asn}',
        f' bgp router-id {router.router_id}',
        ' no bgp default ipv4-unicast',
        ' bgp bestpath as-path multipath-relax',
        *_neighbors(topology, router),
    ]
    for family in topology.shape.families:
        lines += ['!', *_address_family(topology, router, family)]
    return '\n'.join([*lines, 'exit', '!', 'end']) + '\n'


def _group(family: Family) -> str:
    return f'FABRIC-V{family}'


def _fabric_policy(topology: Topology, router: Router) -> Iterator[str]:
    """A TOR takes no service route from the spines: its own rack answers, or what the static routes say.

    Else it would prefer another rack's BGP route to its own static one while BGP is only coming up, and send packets
    back to the spine that has them from there.
    """
    if router.role != 'tor':
        return
    for family in topology.shape.families:
        keyword = 'ip' if family == 4 else 'ipv6'
        for number, prefix in enumerate((CLUSTER_IPS[family], EXTERNAL_IPS[family]), start=1):
            yield f'{keyword} prefix-list SERVICES-V{family} seq {5 * number} permit {prefix} le {prefix.max_prefixlen}'
    yield '!'
    for family in topology.shape.families:
        yield f'route-map {_group(family)}-IN deny 10'
        yield f' match {"ip" if family == 4 else "ipv6"} address prefix-list SERVICES-V{family}'
        yield 'exit'
        yield f'route-map {_group(family)}-IN permit 20'
        yield 'exit'
        yield '!'


def _neighbors(topology: Topology, router: Router) -> Iterator[str]:
    for position, family in enumerate(topology.shape.families):
        yield f' neighbor {_group(family)} peer-group'
        if router.role != 'spine':
            yield f' neighbor {_group(family)} remote-as {SPINE_AS}'
        yield f' neighbor {_group(family)} timers 3 9'
        for link in router.links:
            address = link.peer_addresses[position]
            if router.role == 'spine':
                yield f' neighbor {address} remote-as {link.peer_as}'
            yield f' neighbor {address} peer-group {_group(family)}'
            yield f' neighbor {address} description {link.peer}'


def _address_family(topology: Topology, router: Router, family: Family) -> Iterator[str]:
    yield f' address-family ipv{family} unicast'
    if router.role == 'tor':
        yield f'  network {rack_network(family, router.rack)}'
    elif router.role == 'reflector':
        yield from (f'  network {address}' for address in router.addresses if address.version == family)
    else:
        yield f'  network {_default(family)}'
    yield f'  neighbor {_group(family)} activate'
    if router.role == 'tor':
        yield f'  neighbor {_group(family)} route-map {_group(family)}-IN in'
    yield '  maximum-paths 64'
    yield ' exit-address-family'


def _default(family: Family) -> str:
    return '0.0.0.0/0' if family == 4 else '::/0'


def _static(prefix: object, target: object, distance: int) -> str:
    keyword = 'ipv6' if ':' in str(prefix) else 'ip'
    return f'{keyword} route {prefix} {target} {distance}'


def _static_routes(topology: Topology, router: Router) -> Iterator[str]:
    for family in topology.shape.families if router.role != 'reflector' else ():
        if router.role == 'spine':
            yield _static(_default(family), OUTSIDE[family][OUTSIDE_CLIENT_HOST], 1)
            for prefix in OWN[family]:
                yield _static(prefix, 'blackhole', DISCARD)
            yield from _loopbacks(topology, router, family)
        yield from _service_routes(topology, router, family)
        if topology.shape.variant == 'default':
            yield from _pod_routes(topology, router, family)


def _loopbacks(topology: Topology, router: Router, family: Family) -> Iterator[str]:
    """GoBGP announces no networks of its own from its configuration."""
    position = topology.shape.families.index(family)
    ends = {link.peer: link.peer_addresses[position] for link in router.links}
    for reflector in topology.reflectors:
        if reflector.software == 'gobgp':
            yield _static(_as_prefix(reflector.addresses[position].ip), ends[reflector.name], 1)


def _towards(topology: Topology, router: Router, node: Node, family: Family) -> list[Address]:
    """The next hops of `router` for what is behind `node`; none when another router is the one to know."""
    if router.role == 'tor':
        return [node.address(family).ip] if node.rack == router.rack else []
    position = topology.shape.families.index(family)
    tors = {tor.name for tor in topology.rack_tors(node.rack)}
    return [link.peer_addresses[position] for link in router.links if link.peer in tors]


def _service_routes(topology: Topology, router: Router, family: Family) -> Iterator[str]:
    for service in topology.services:
        targets: dict[Address, None] = {}
        for name in service.endpoints:
            targets.update(dict.fromkeys(_towards(topology, router, topology.node(name), family)))
        if service.local:
            prefixes: list[Network | Address] = [address for address in service.addresses if address.version == family]
        else:
            prefixes = [CLUSTER_IPS[family], EXTERNAL_IPS[family]]
        for prefix in prefixes:
            for target in targets:
                yield _static(_as_prefix(prefix), target, FLOATING)


def _as_prefix(prefix: Network | Address) -> str:
    return str(prefix) if '/' in str(prefix) else f'{prefix}/{prefix.max_prefixlen}'


def _pod_routes(topology: Topology, router: Router, family: Family) -> Iterator[str]:
    for node in topology.nodes:
        near = _towards(topology, router, node, family)
        for prefix in node.blocks:
            if prefix.version == family:
                yield from (_static(prefix, target, FLOATING) for target in near)
        for address in node.borrowed:
            if address.version == family:
                # Every router has to know these: in the lender's rack the block would take them the wrong way.
                position = topology.shape.families.index(family)
                targets = near or [link.peer_addresses[position] for link in router.links]
                yield from (_static(_as_prefix(address), target, FLOATING) for target in targets)


def outside_address(family: Family, spine: int) -> Interface:
    """The address of the spine with that index (from 0) towards the outside."""
    return host_in(OUTSIDE[family], spine + 1)
