"""What kube-proxy does on a node: service addresses become addresses of pods, by destination NAT in nftables.

A Service with the external traffic policy Cluster is answered by any endpoint, and the reply has to come back through
this node, so the source is masqueraded; with Local only by endpoints on this node, and the source stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lab.addressing import Address, Family
from lab.topology import Node, Service, Topology

MASQUERADE_MARK = 0x4000


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
        f'    ct mark {MASQUERADE_MARK} masquerade',
        '  }',
        '}',
    ]
    return '\n'.join(lines) + '\n'


def _translations(topology: Topology, node: Node) -> Iterator[str]:
    for service in topology.services:
        for family in topology.shape.families:
            pods = _endpoints(topology, node, service, family)
            if not pods:
                continue
            mark = '' if service.local else f'ct mark set {MASQUERADE_MARK} '
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
