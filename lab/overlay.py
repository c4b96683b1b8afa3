"""The overlay that a mesh across racks needs: one VXLAN device a node, in the place of Calico's IPIP or VXLAN.

BIRD resolves the next hop of a mesh route, the address of a node in another rack, by a host route over that node's
end of the tunnel; a route from a TOR resolves in the rack and stays native. The ends have addresses of their own,
because BIRD takes no route from the kernel whose gateway is not on the link. The tunnel's own packets must not follow
those host routes back into the tunnel: a rule sends them to a table that knows the real network only.
"""

from __future__ import annotations

from collections.abc import Iterator

from lab.addressing import Address, rack_network
from lab.inventory import NODE_INTERFACE
from lab.topology import Node, Topology
from lab.wiring import POD_MTU

DEVICE, IDENTIFIER, PORT, TABLE = 'vxlan0', 4096, 4789, 100


def _mac(address: Address) -> str:
    """A locally administered MAC address that says whose tunnel end it is."""
    last = int(address) & 0xFFFFFFFF
    return ':'.join(f'{byte:02x}' for byte in (0x02, 0x10, *last.to_bytes(4, 'big')))


def _outer(node: Node) -> Address:
    return node.addresses[0].ip


def links(topology: Topology, node: Node) -> Iterator[str]:
    """The lines for iproute2: the device, the tunnel's own routing, and a host route to each node of another rack."""
    outer = _outer(node)
    anywhere = '0.0.0.0/0' if outer.version == 4 else '::/0'
    yield f'link add {DEVICE} type vxlan id {IDENTIFIER} local {outer} dstport {PORT} nolearning'
    yield f'link set {DEVICE} address {_mac(outer)} mtu {POD_MTU} up'
    for tunnel in node.tunnels:
        yield f'address add {tunnel} dev {DEVICE}' + (' nodad' if tunnel.version == 6 else '')
    yield f'rule add from {anywhere} ipproto udp dport {PORT} lookup {TABLE}'
    yield f'route add {rack_network(outer.version, node.rack)} dev {NODE_INTERFACE} table {TABLE}'
    yield f'route add default via {node.gateways[0]} dev {NODE_INTERFACE} table {TABLE}'
    for other in topology.nodes:
        if other.rack == node.rack:
            continue
        mac = _mac(_outer(other))
        for own, tunnel, address in zip(node.addresses, other.tunnels, other.addresses, strict=True):
            yield f'neighbor add {tunnel.ip} lladdr {mac} dev {DEVICE} nud permanent'
            yield f'route add {address.ip} via {tunnel.ip} dev {DEVICE} proto static src {own.ip}'


def forwarding(topology: Topology, node: Node) -> Iterator[str]:
    """The lines for iproute2's bridge: behind which node each tunnel end is."""
    for other in topology.nodes:
        if other.rack != node.rack:
            yield f'fdb append {_mac(_outer(other))} dev {DEVICE} dst {_outer(other)} self permanent'
