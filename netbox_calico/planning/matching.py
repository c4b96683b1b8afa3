"""Which device or virtual machine is a Kubernetes node? Three clues are asked; they have to agree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from .model.observation import IPAddress, KubernetesNode


@dataclass(frozen=True, slots=True)
class Host:
    """A device or virtual machine of NetBox; ``kind`` is device or virtualmachine."""

    kind: str
    id: int
    name: str
    serial: str = ''
    addresses: tuple[IPAddress, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """``host`` is None when nothing fits or the clues disagree; ``reason`` then says what to do about it."""

    node: str
    host: Host | None
    clues: tuple[str, ...] = ()
    reason: str = ''


def match_nodes(nodes: Iterable[KubernetesNode], hosts: Sequence[Host]) -> tuple[Match, ...]:
    """Tie each node to one host by serial (the node's system UUID), address and name, sorted by the node's name.

    A fully qualified node name also fits a host that bears its first label. A host that two nodes
    claim goes to neither.
    """
    index: dict[tuple[str, object], list[Host]] = defaultdict(list)
    for host in hosts:
        if host.serial:
            index['serial', host.serial.lower()].append(host)
        index['name', host.name.lower()].append(host)
        for address in host.addresses:
            index['address', address].append(host)
    matches = [_match(node, index) for node in sorted(nodes, key=lambda node: node.name)]
    claims: dict[Host, list[str]] = defaultdict(list)
    for match in matches:
        if match.host:
            claims[match.host].append(match.node)
    return tuple(
        match
        if match.host is None or len(claims[match.host]) == 1
        else Match(
            match.node,
            None,
            match.clues,
            f'{match.host.name} fits {" and ".join(claims[match.host])}: tie the right one by hand.',
        )
        for match in matches
    )


def _match(node: KubernetesNode, index: dict[tuple[str, object], list[Host]]) -> Match:
    found: dict[str, list[Host]] = {
        'serial': index.get(('serial', node.system_uuid.lower()), []) if node.system_uuid else [],
        'address': [host for address in node.addresses for host in index.get(('address', ip_address(address.ip)), [])],
        'name': index.get(('name', node.name.lower())) or index.get(('name', node.name.lower().split('.')[0]), []),
    }
    clues = tuple(clue for clue, hosts in found.items() if hosts)
    candidates = {(host.kind, host.id): host for hosts in found.values() for host in hosts}
    if not candidates:
        return Match(
            node.name,
            None,
            (),
            'No device or virtual machine has its name, its system UUID as serial, or one of its addresses: '
            'create it, or tie the node by hand.',
        )
    common = [host for host in candidates.values() if all(host in found[clue] for clue in clues)]
    if len(common) == 1:
        return Match(node.name, common[0], clues)
    told = ', '.join(f'{clue} says {"/".join(sorted({host.name for host in found[clue]}))}' for clue in clues)
    return Match(node.name, None, clues, f'The clues disagree ({told}): correct NetBox, or tie the node by hand.')
