"""The topology in the words of a source of truth, as plain JSON: what NetBox is seeded from."""

from __future__ import annotations

from typing import Any

from lab.addressing import CLUSTER_AS, CLUSTER_IPS, EXTERNAL_IPS, POOLS, SPINE_AS, rack_network, tor_as
from lab.topology import Node, Router, Topology

type Json = dict[str, Any]

RACK_INTERFACE = 'vlan10'
NODE_INTERFACE = 'bond0'


def inventory(topology: Topology) -> Json:
    """Racks, devices with their interfaces and addresses, cables, prefixes and AS numbers.

    An interface has `type` (physical, lag, virtual, management), `lag` when it is a member of one, and `addresses`
    with `address` and `role` (empty, anycast or loopback). `address` of a device is the one it is managed at.
    """
    shape = topology.shape
    return {
        'site': 'lab',
        'racks': [{'name': f'rack-{rack}', 'asn': tor_as(rack)} for rack in range(1, shape.racks + 1)],
        'asns': [
            {'asn': SPINE_AS, 'description': 'spines'},
            *({'asn': tor_as(rack), 'description': f'TORs of rack-{rack}'} for rack in range(1, shape.racks + 1)),
            {'asn': CLUSTER_AS, 'description': 'Calico nodes'},
        ],
        'prefixes': [*_prefixes(topology)],
        'devices': [
            *(_router(topology, router) for router in topology.routers),
            *(_node(topology, node) for node in topology.nodes),
        ],
        'cables': [{'a': list(cable.a), 'b': list(cable.b)} for cable in topology.cables],
    }


def _prefixes(topology: Topology) -> list[Json]:
    rows: list[Json] = [{'prefix': str(topology.management), 'role': 'management', 'rack': None}]
    for family in topology.shape.families:
        rows += [{'prefix': str(POOLS[family]), 'role': 'pods', 'rack': None}]
        rows += [
            {'prefix': str(ranges[family]), 'role': 'services', 'rack': None} for ranges in (CLUSTER_IPS, EXTERNAL_IPS)
        ]
        rows += [
            {'prefix': str(rack_network(family, rack)), 'role': 'nodes', 'rack': f'rack-{rack}'}
            for rack in range(1, topology.shape.racks + 1)
        ]
    return rows


def _interface(name: str, kind: str, addresses: list[Json] | None = None, lag: str | None = None) -> Json:
    return {'name': name, 'type': kind, 'lag': lag, 'addresses': addresses or []}


def _plain(*addresses: object) -> list[Json]:
    return [{'address': str(address), 'role': ''} for address in addresses]


def _loopbacks(router: Router) -> list[Json]:
    addresses = router.addresses if router.role == 'reflector' else ()
    return [{'address': str(address), 'role': 'loopback'} for address in addresses]


def _router(topology: Topology, router: Router) -> Json:
    interfaces = [
        _interface('mgmt', 'management', _plain(router.management)),
        _interface('lo', 'virtual', _plain(f'{router.router_id}/32') + _loopbacks(router)),
        *(_interface(link.interface, 'physical', _plain(*link.addresses)) for link in router.links),
    ]
    if router.role == 'tor':
        shared = [{'address': str(address), 'role': 'anycast'} for address in (*router.gateways, *router.shared)]
        interfaces += [_interface(f'swp{node.number}', 'physical') for node in topology.rack_nodes(router.rack)]
        interfaces += [_interface(RACK_INTERFACE, 'virtual', _plain(*router.addresses) + shared)]
    return {
        'name': router.name,
        'role': router.role,
        'rack': f'rack-{router.rack}' if router.rack else None,
        'platform': 'frr',
        'serial': '',
        'asn': router.asn,
        'address': str(router.management.ip),
        'interfaces': interfaces,
    }


def _node(topology: Topology, node: Node) -> Json:
    members = [_interface(f'eth{position}', 'physical', lag=NODE_INTERFACE) for position in range(topology.shape.tors)]
    return {
        'name': node.name,
        'role': 'node',
        'rack': f'rack-{node.rack}',
        'platform': None,
        'serial': node.system_uuid,
        'asn': None,
        'address': str(node.management.ip),
        'interfaces': [
            _interface('mgmt', 'management', _plain(node.management)),
            _interface(NODE_INTERFACE, 'lag', _plain(*node.addresses)),
            *members,
        ],
    }
