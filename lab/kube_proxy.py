"""What kube-proxy does on a node: service addresses become addresses of pods, by destination NAT in nftables.

A Service with the external traffic policy Cluster is answered by any endpoint, and the reply has to come back through
this node, so the source becomes the node's; with Local only endpoints on this node answer, and the source stays.

One thing differs: the source is the node's address, not whatever `masquerade` picks. A masqueraded connection loses a
packet, and TCP its connection, when the route to its endpoint moves to another interface (the kernel drops it and
forgets it), as it does from the overlay to a TOR. That is true of clusters too, but it is not the routing's doing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lab.addressing import Address, Family
from lab.topology import Node, Service, Topology

SOURCE_MARK = 0x4000


def ruleset(topology: Topology, node: Node) -> str:
    """The nftables rules of `node`."""
    lines = [
        'table inet services {',
        '  chain prerouting {',
        '    type nat hook prerouting priority dstnat;',
        *(f'    {rule}' for rule in _translations(topology, node)),
        '  }',
        '  chain postrouting {',
        '    type nat hook postrouting priority srcnat;',
        *(f'    ct mark {SOURCE_MARK} {rule}' for rule in _sources(node)),
        '  }',
        '}',
    ]
    return '\n'.join(lines) + '\n'


def _sources(node: Node) -> Iterator[str]:
    for address in node.addresses:
        field, protocol = ('ip', 'ipv4') if address.version == 4 else ('ip6', 'ipv6')
        yield f'meta nfproto {protocol} snat {field} to {address.ip}'


def _translations(topology: Topology, node: Node) -> Iterator[str]:
    for service in topology.services:
        for family in topology.shape.families:
            pods = _endpoints(topology, node, service, family)
            if not pods:
                continue
            mark = '' if service.local else f'ct mark set {SOURCE_MARK} '
            addresses = ', '.join(str(address) for address in service.addresses if address.version == family)
            field = 'ip' if family == 4 else 'ip6'
            for protocol in ('tcp', 'udp'):
                yield (
                    f'{field} daddr {{ {addresses} }} {protocol} dport {service.port} {mark}'
                    f'dnat {field} to {_choice(pods)}'
                )


def _endpoints(topology: Topology, node: Node, service: Service, family: Family) -> list[Address]:
    names = [name for name in service.endpoints if name == node.name or not service.local]
    return [next(pod for pod in topology.node(name).pods if pod.version == family) for name in names]


def _choice(pods: Sequence[Address]) -> str:
    if len(pods) == 1:
        return str(pods[0])
    return (
        f'numgen random mod {len(pods)} map {{ {", ".join(f"{number} : {pod}" for number, pod in enumerate(pods))} }}'
    )
