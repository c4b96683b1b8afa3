"""Cables, addresses and routes of every device, as lines for iproute2.

A rack's switching is one bridge in a namespace `rack-N`: the kernels this runs on have no bonding, so the two TORs of
a rack are wired as what an MLAG pair looks like from a node: one layer 2, reached over one interface `bond0`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lab.addressing import SHARED
from lab.fabric import OWN, outside_address
from lab.inventory import NODE_INTERFACE, RACK_INTERFACE
from lab.namespace import Namespace
from lab.topology import Node, Router, Topology

OUTSIDE_NAME = 'outside'
POD_GATEWAY_MAC = 'ee:ee:ee:ee:ee:ee'
POD_GATEWAY = {4: '169.254.1.1', 6: 'fe80::1'}
POD_INTERFACE = 'cali0'
# VXLAN over IPv6 takes 70 bytes: one MTU serves every shape.
POD_MTU = 1430
POD_METRIC = 1024


def rack_name(rack: int) -> str:
    """The namespace of a rack's layer 2."""
    return f'rack-{rack}'


def bridge_names(topology: Topology) -> list[str]:
    """The namespaces that only join others."""
    return [OUTSIDE_NAME, *(rack_name(rack) for rack in range(1, topology.shape.racks + 1))]


def cables(topology: Topology, made: Mapping[str, Namespace]) -> Iterator[str]:
    """The lines, for the machine's own namespace, that join the namespaces of all devices."""

    def cable(device: str, interface: str, peer: str, peer_interface: str) -> str:
        return (
            f'link add {interface} netns {made[device].pid} type veth peer name {peer_interface} netns {made[peer].pid}'
        )

    for spine in topology.spines:
        yield cable(spine.name, 'outside', OUTSIDE_NAME, spine.name)
        for link in spine.links:
            yield cable(spine.name, link.interface, link.peer, link.peer_interface)
    for tor in topology.tors:
        yield cable(tor.name, RACK_INTERFACE, rack_name(tor.rack), tor.name)
    for node in topology.nodes:
        yield cable(node.name, NODE_INTERFACE, rack_name(node.rack), node.name)
        yield cable(node.name, POD_INTERFACE, node.pod_name, 'eth0')


def rack(topology: Topology, number: int) -> Iterator[str]:
    """The lines for the layer 2 of a rack."""
    yield 'link add rack type bridge'
    yield 'link set rack up'
    tors = [tor.name for tor in topology.rack_tors(number)]
    for member in tors + [node.name for node in topology.rack_nodes(number)]:
        yield f'link set {member} master rack'
        yield f'link set {member} up'


def outside(topology: Topology) -> Iterator[str]:
    """The lines for the client outside of the data centre, which knows its networks behind the spines."""
    yield 'link set lo up'
    yield 'link add net type bridge'
    yield 'link set net up'
    yield from _address('net', topology.outside)
    for spine in topology.spines:
        yield f'link set {spine.name} master net'
        yield f'link set {spine.name} up'
    for family in topology.shape.families:
        hops = ' '.join(f'nexthop via {outside_address(family, spine).ip}' for spine in range(len(topology.spines)))
        for prefix in OWN[family]:
            yield f'route add {prefix} {hops}'


def router(topology: Topology, device: Router) -> Iterator[str]:
    """The lines for a spine, a TOR or a reflector."""
    yield 'link set lo up'
    yield f'address add {device.router_id}/32 dev lo'
    for link in device.links:
        yield from _address(link.interface, link.addresses)
        yield f'link set {link.interface} up'
    if device.role == 'spine':
        index = topology.spines.index(device)
        yield from _address('outside', [outside_address(family, index) for family in topology.shape.families])
        yield 'link set outside up'
        return
    if device.role == 'reflector':
        yield from _address('lo', device.addresses)
        if device.software == 'gobgp':
            # It tells the kernel no routes.
            yield from _defaults(topology, device)
        return
    yield from _address(RACK_INTERFACE, device.addresses)
    for address in (*device.gateways, *device.shared):
        # The router must not speak from an address that others have as well, unless it is told to.
        deprecated = ' nodad preferred_lft 0' if address.version == 6 else ''
        yield f'address add {address} dev {RACK_INTERFACE}{deprecated}'
    yield f'link set {RACK_INTERFACE} up'


def _defaults(topology: Topology, device: Router) -> Iterator[str]:
    for position in range(len(topology.shape.families)):
        hops = ' '.join(f'nexthop via {link.peer_addresses[position]}' for link in device.links)
        yield f'route add default {hops}'


def node(topology: Topology, device: Node) -> Iterator[str]:
    """The lines for a Kubernetes node: its address, its default route, and a route to each pod behind it."""
    yield 'link set lo up'
    yield from _address(NODE_INTERFACE, device.addresses)
    yield f'link set {NODE_INTERFACE} up'
    yield f'link set {POD_INTERFACE} address {POD_GATEWAY_MAC} mtu {POD_MTU}'
    yield f'link set {POD_INTERFACE} up'
    if 6 in topology.shape.families:
        yield f'address add {POD_GATEWAY[6]}/64 dev {POD_INTERFACE} nodad'
    for gateway in device.gateways:
        yield f'route add default via {gateway} dev {NODE_INTERFACE} proto static'
    for family in topology.shape.families if topology.shape.shared_addresses else ():
        yield f'route add {SHARED[family]} dev {NODE_INTERFACE} proto static' + (' scope link' if family == 4 else '')
    for pod in device.pods:
        # With the metric that Calico's Felix gives them: by it BIRD tells them from those to announce one by one.
        scope = ' scope link' if pod.version == 4 else ''
        yield f'route add {pod} dev {POD_INTERFACE} proto static metric {POD_METRIC}{scope}'


def pod(topology: Topology, device: Node) -> Iterator[str]:
    """The lines for the pods of a node, which share one namespace."""
    yield 'link set lo up'
    yield f'link set eth0 mtu {POD_MTU} up'
    for address in device.pods:
        yield f'address add {address} dev eth0' + (' nodad' if address.version == 6 else '')
    for family in topology.shape.families:
        yield f'neighbor add {POD_GATEWAY[family]} lladdr {POD_GATEWAY_MAC} dev eth0 nud permanent'
        yield f'route add {POD_GATEWAY[family]} dev eth0' + (' scope link' if family == 4 else '')
        yield f'route add default via {POD_GATEWAY[family]} dev eth0'


def _address(interface: str, addresses: Iterable[object]) -> Iterator[str]:
    for address in addresses:
        yield f'address add {address} dev {interface}' + (' nodad' if ':' in str(address) else '')
