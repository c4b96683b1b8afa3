"""A design really built: nodes and BGPPeers written out, and the sessions that Calico's agent makes of them counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

from netbox_calico.planning.expansion import Resources, expand
from netbox_calico.planning.model.options import Scheme
from netbox_calico.planning.sizing import Role, Scale

FIRST = {4: ip_address('10.0.0.1'), 6: ip_address('fd00::1')}
OUTSIDE = {4: ip_address('192.0.2.1'), 6: ip_address('2001:db8::1')}
MASK = {4: 16, 6: 64}


@dataclass
class Built:
    """``places`` names the router behind an address that nodes of a rack dial."""

    scale: Scale
    mesh: bool = False
    nodes: list[dict[str, Any]] = field(default_factory=list)
    roles: dict[str, Role] = field(default_factory=dict)
    peers: list[dict[str, Any]] = field(default_factory=list)
    routers: dict[str, Role] = field(default_factory=dict)
    places: dict[tuple[str, str], str] = field(default_factory=dict)

    def node(self, role: Role = Role.NODE, **labels: str) -> None:
        number = len(self.nodes)
        name = f'n{number}'
        annotations = {
            f'projectcalico.org/IPv{family}Address': f'{FIRST[family] + number}/{MASK[family]}'
            for family in self.scale.families
        }
        if role in (Role.REFLECTOR, Role.SPINE):
            annotations['projectcalico.org/RouteReflectorClusterID'] = '244.0.0.1'
        self.nodes.append({'name': name, 'labels': labels, 'annotations': annotations})
        self.roles[name] = role

    def peer(self, nodes: str, **spec: Any) -> None:
        self.peers.append({'kind': 'BGPPeer', 'name': f'p{len(self.peers)}', 'spec': {'nodeSelector': nodes, **spec}})

    def router(self, role: Role, name: str, address: str, racks: Iterable[str]) -> None:
        """A router that nodes of those racks dial at the address."""
        self.routers[name] = role
        self.places.update({(rack, address): name for rack in racks})

    def sessions(self) -> dict[Role, Counter[int]]:
        """How many speakers of each role have how many sessions."""
        mesh = {'kind': 'BGPConfiguration', 'name': 'default', 'spec': {'nodeToNodeMeshEnabled': self.mesh}}
        case = {'nodes': self.nodes, 'secrets': [], 'resources': [mesh, *self.peers]}
        expansion = expand(Resources.from_case(case))
        assert not expansion.overlaps
        ends = Counter(dict.fromkeys(self.routers, 0))
        for node in self.nodes:
            rack = node['labels'].get('rack', '')
            found = expansion.sessions[node['name']]
            ends[node['name']] = len(found)
            ends.update(
                self.places[rack, str(session.neighbor)]
                for session in found
                if (rack, str(session.neighbor)) in self.places
            )
        speakers: dict[Role, Counter[int]] = {}
        for name, role in (self.roles | self.routers).items():
            speakers.setdefault(role, Counter())[ends[name]] += 1
        return speakers


def build(scale: Scale, key: str, scheme: Scheme | None) -> Built:
    built = Built(scale, mesh=key == 'mesh')
    if key == 'reflectors-hierarchy':
        _hierarchy(built)
        return built
    if key.startswith('reflectors') and key != 'reflectors-external':
        whole = key in ('reflectors', 'reflectors-tor')
        _reflectors(built, scale.reflectors if whole else scale.redundancy, whole=whole)
    else:
        for number in range(scale.nodes):
            built.node(rack=f'r{number % scale.racks}')
    if key.startswith('tor'):
        _tors(built, 'has(rack)', shared=scheme is Scheme.SHARED_ADDRESS, by_node=key == 'tor-as-per-node')
    elif key == 'reflectors-tor':
        _every_tor(built)
    elif key == 'reflectors-external':
        _external(built)
    return built


def _tors(built: Built, nodes: str, *, shared: bool, by_node: bool = False) -> None:
    racks = sorted({node['labels']['rack'] for node in built.nodes})
    for position in range(built.scale.tors):
        for number, rack in enumerate(racks):
            for family in built.scale.families:
                address = str(OUTSIDE[family] + position + (0 if shared else 4 * number))
                built.router(Role.TOR, f'tor-{rack}-{position}', address, [rack])
                here = [node for node in built.nodes if node['labels']['rack'] == rack]
                if by_node:
                    for node in here:
                        spec = {'peerIP': address, 'asNumber': 65000, 'localASNumber': 65001 + len(built.peers)}
                        built.peer('', node=node['name'], **spec)
                elif not shared and any(nodes == 'has(rack)' or 'rr' in node['labels'] for node in here):
                    selector = f"{nodes} && rack == '{rack}'"
                    built.peer(selector, peerIP=address, asNumber=65000, reversePeering='Manual')
        if shared and not by_node:
            for family in built.scale.families:
                built.peer(nodes, peerIP=str(OUTSIDE[family] + position), asNumber=65500, reversePeering='Manual')


def _every_tor(built: Built) -> None:
    racks = sorted({node['labels']['rack'] for node in built.nodes})
    for number in range(len(racks) * built.scale.tors):
        for family in built.scale.families:
            built.router(Role.TOR, f'tor-{number}', str(OUTSIDE[family] + number), racks)
            built.peer('has(rr)', peerIP=str(OUTSIDE[family] + number), asNumber=65000, reversePeering='Manual')


def _external(built: Built) -> None:
    racks = {node['labels']['rack'] for node in built.nodes}
    for number in range(built.scale.external):
        for family in built.scale.families:
            built.router(Role.EXTERNAL, f'rr-{number}', str(OUTSIDE[family] + number), racks)
            built.peer('all()', peerIP=str(OUTSIDE[family] + number), asNumber=64512)


def _reflectors(built: Built, k: int, *, whole: bool) -> None:
    scale = built.scale
    for number in range(scale.reflectors):
        built.node(Role.REFLECTOR, rr=str(number), rack=f'r{number % scale.racks}')
    for client in range(scale.nodes - scale.reflectors):
        rack = f'r{(scale.reflectors + client) % scale.racks}'
        built.node(set=str(client * k % scale.reflectors), rack=rack)
    if whole:
        built.peer('!has(rr)', peerSelector='has(rr)')
    else:
        for first in range(scale.reflectors):
            of = ', '.join(f"'{(first + turn) % scale.reflectors}'" for turn in range(k))
            built.peer(f"set == '{first}'", peerSelector=f'rr in {{{of}}}')
        built.peer('!has(rr) && !has(set)', peerSelector='has(rr)')
    built.peer('has(rr)', peerSelector='has(rr)')


def _hierarchy(built: Built) -> None:
    scale = built.scale
    for _ in range(scale.spines):
        built.node(Role.SPINE, spine='yes')
    for number in range(scale.nodes - scale.spines):
        rack = f'r{number % scale.racks}'
        if number // scale.racks < scale.redundancy:
            built.node(Role.REFLECTOR, rack=rack, rr='yes')
        else:
            built.node(rack=rack)
    for number in range(scale.racks):
        built.peer(f"rack == 'r{number}' && !has(rr)", peerSelector=f"rack == 'r{number}' && has(rr)")
    built.peer('!has(rack) && !has(spine)', peerSelector='has(spine)')
    built.peer('has(rr)', peerSelector='has(spine)')
    built.peer('has(spine)', peerSelector='has(spine)')
