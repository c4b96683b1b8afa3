"""Do our BGPPeers go together with everything that is in the cluster already?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from netbox_calico.planning.artefact import api_version
from netbox_calico.planning.counted import counted
from netbox_calico.planning.diff import OWNED_FIELDS, is_ours
from netbox_calico.planning.digest import plain
from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.expansion import Claims, Overlap, Resources, expand, secret_of_keys, shared_sessions
from netbox_calico.planning.model.intent import Session
from netbox_calico.planning.model.observation import IPAddress, KubernetesNode
from netbox_calico.planning.model.plan import Finding

from .case import Case
from .code import error, finds, note, warning
from .mesh_off import careful

RESOURCE_UNREADABLE = error(
    'resource-unreadable',
    'An object of the cluster has a field that Calico could not read either.',
    'Correct it in the cluster.',
)
BGP_PEERS_OVERLAP = error(
    'bgp-peers-overlap',
    'A BGPPeer of ours and another make one session differently: Calico picks one at random.',
    'Delete or narrow the one that is not wanted.',
    7,
)
FOREIGN_BGP_PEERS_OVERLAP = warning(
    'foreign-bgp-peers-overlap',
    'Two BGPPeers of others make one session differently: Calico picks one at random.',
    'Delete or narrow the one that is not wanted.',
    7,
)
BGP_PEER_SHADOWED = error(
    'bgp-peer-shadowed',
    'A BGPPeer of others makes a session that ours should make, and goes before it.',
    'Delete it, or narrow it to other nodes.',
    7,
    8,
)
GLOBAL_BGP_PEER = warning(
    'global-bgp-peer', 'A BGPPeer of others holds for every node of the cluster.', 'Delete it if it is a leftover.', 8
)
FOREIGN_BGP_PEER = note('foreign-bgp-peer', 'A BGPPeer of others stays as it is.', 'Nothing.', 13)
NAME_CLASH = error(
    'name-clash', 'Several routers would have a BGPPeer of one name.', 'Give these routers different names.', 14
)
SELECTOR_TOO_LONG = error(
    'selector-too-long',
    'A router serves too many racks for the selector of one BGPPeer.',
    'Tie it to fewer racks, or shorten their names.',
    14,
)
MANY_BGP_PEERS = warning(
    'many-bgp-peers',
    'A BGPPeer a router and family, and more than 2000 nodes: each change of a label costs every node seconds.',
    'Use shared router addresses or a hierarchy of reflectors.',
    43,
)
SELECTOR_MAX = 1024
"""The longest selector that Calico takes."""
_READ = frozenset({'BGPPeer', 'BGPFilter', 'BGPConfiguration'})
MANY_NODES = 2000
"""Beyond this every change of a label costs each node of the cluster a second and more of its agent's time."""


@finds(RESOURCE_UNREADABLE)
def readable(case: Case) -> Iterator[Finding]:
    """Objects with a field of another type than it should have, which everything else does without."""
    for subject, text in case.unreadable.items():
        yield RESOURCE_UNREADABLE.at(subject, f'{text} Calico could not read it either: correct it in the cluster.')


@finds(RESOURCE_UNREADABLE, BGP_PEERS_OVERLAP, FOREIGN_BGP_PEERS_OVERLAP, BGP_PEER_SHADOWED)
def overlaps(case: Case) -> Iterator[Finding]:
    """Each wanted session must be made by our BGPPeer alone: the agent would choose at random, or the other."""
    try:
        resources = Resources.from_objects(_objects(case), observed=_nodes(case))
    except InvalidInput as exc:
        yield RESOURCE_UNREADABLE.at(case.snapshot.cluster.name, f'{exc} Calico could not read it either.')
        return
    unmeshed = replace(resources, configuration=replace(resources.configuration, mesh=False))
    claims = Claims(unmeshed)
    expansion, shared = expand(unmeshed, case.peering, claims=claims), shared_sessions(unmeshed, claims=claims)
    ours = {wanted.name for wanted in case.intent.resources if wanted.kind == 'BGPPeer'}
    for peers, text in overlapping(case, expansion.overlaps):
        kind = BGP_PEERS_OVERLAP if ours.intersection(peers) else FOREIGN_BGP_PEERS_OVERLAP
        yield kind.at(' and '.join(peers), text)
    sessions: dict[str, list[Session]] = defaultdict(list)
    for session in case.intent.sessions:
        sessions[session.node].append(session)
    foreign: dict[IPAddress, str] = {}
    former: Sequence[object] = ()
    shadowed: dict[tuple[str, int, str], list[str]] = defaultdict(list)
    for name, wishes in sessions.items():
        made = shared.get(name, ()) if name in case.peering else ()
        if made is not former:
            # Nodes of a rack have the very same.
            former = made
            foreign = {one.neighbor: one.origin.bgp_peer for one in made if one.origin.bgp_peer not in ours}
        for session in wishes if foreign else ():
            if origin := foreign.get(session.router_address):
                shadowed[origin, session.router, str(session.router_address)].append(name)
    for (origin, router, address), nodes in shadowed.items():
        yield BGP_PEER_SHADOWED.at(
            origin,
            f'BGPPeer {origin} makes nodes peer with {address} ({case.routers[router].name}) already, as node '
            f'{nodes[0]}{_and_more(nodes)}, and goes before ours. {careful(case)}Delete it, or narrow it to other '
            'nodes.',
        )
    yield from (finding for finding in expansion.findings if finding.subject.partition('/')[2] not in ours)


@finds(GLOBAL_BGP_PEER, FOREIGN_BGP_PEER)
def foreign_peers(case: Case) -> Iterator[Finding]:
    """BGPPeers of others stay; a global one concerns every node."""
    handle = case.snapshot.cluster.handle
    for peer in case.observation.cluster.of_kind('BGPPeer'):
        if is_ours(peer, handle):
            continue
        if not peer.spec.get('node') and not peer.spec.get('nodeSelector'):
            yield GLOBAL_BGP_PEER.at(
                peer.name,
                f'BGPPeer {peer.name} is global and not ours: every node peers with {_whom(peer.spec)}. It stays as it '
                f'is. {careful(case)}Delete it if it is a leftover.',
            )
        else:
            yield FOREIGN_BGP_PEER.at(
                peer.name,
                f'BGPPeer {peer.name} is not ours and stays as it is: {_whom(peer.spec)}.',
            )


@finds(NAME_CLASH, SELECTOR_TOO_LONG)
def names(case: Case) -> Iterator[Finding]:
    """Two wanted objects of one name, a selector that is too long."""
    counted = Counter((wanted.kind, wanted.name) for wanted in case.intent.resources)
    for (kind, name), count in sorted(counted.items()):
        if count > 1:
            yield NAME_CLASH.at(
                f'{kind}/{name}',
                f'{count} routers would have the {kind} {name}: names derive from those of the devices, so give these '
                'routers different ones.',
            )
    for wanted in case.intent.resources:
        if len(str(wanted.spec.get('nodeSelector', ''))) > SELECTOR_MAX:
            yield SELECTOR_TOO_LONG.at(
                f'{wanted.kind}/{wanted.name}',
                f'The selector of {wanted.name} has more than {SELECTOR_MAX} characters: too many racks for one '
                'BGPPeer. Tie its router to fewer, or shorten their names; with shared addresses give every rack a '
                'router in each position.',
            )


@finds(MANY_BGP_PEERS)
def many_nodes(case: Case) -> Iterator[Finding]:
    """A BGPPeer a router and family does not serve any size; one a position does."""
    peers = sum(wanted.kind == 'BGPPeer' for wanted in case.intent.resources)
    routers = {session.router for session in case.intent.sessions}
    if len(case.observation.cluster.nodes) > MANY_NODES and peers >= len(routers):
        yield MANY_BGP_PEERS.at(
            case.snapshot.cluster.name,
            f'{len(case.observation.cluster.nodes)} nodes and {peers} BGPPeers: at every change of any label each node '
            "spends seconds of its agent's time. A BGPPeer a router serves to about 2000 nodes.",
        )


def overlapping(case: Case, overlaps: Iterable[Overlap]) -> Iterator[tuple[tuple[str, ...], str]]:
    """The BGPPeers that make one session in different ways, and what is told of it, of all nodes at once."""
    found: dict[tuple[tuple[str, ...], str], list[str]] = defaultdict(list)
    for overlap in overlaps:
        found[overlap.bgp_peers, str(overlap.neighbor)].append(overlap.node)
    for (peers, neighbor), nodes in found.items():
        yield (
            peers,
            f'BGPPeers {" and ".join(peers)} make node {nodes[0]} peer with {neighbor}{_and_more(nodes)} in different '
            f'ways, and Calico picks one at random. {careful(case)}Delete or narrow the one that is not wanted.',
        )


def _and_more(nodes: Sequence[str]) -> str:
    more = len(nodes) - 1
    return f' (and {counted(more, "node")} more)' if more else ''


def _objects(case: Case) -> Iterator[Mapping[str, Any]]:
    """The cluster as it will be: everything that is not ours, and what is wanted of ours."""
    cluster, handle = case.observation.cluster, case.snapshot.cluster.handle
    version = api_version(cluster.api_group)
    replaced = {(wanted.kind, wanted.name) for wanted in case.intent.resources}
    for found in cluster.resources:
        ours = found.kind in OWNED_FIELDS and is_ours(found, handle)
        if found.kind in _READ and not ours and (found.kind, found.name) not in replaced:
            yield _manifest(version, found.kind, found.name, found.spec)
    for wanted in case.intent.resources:
        yield _manifest(version, wanted.kind, wanted.name, wanted.spec)
    for name, keys in cluster.secrets.items():
        yield secret_of_keys(name, keys)


def _manifest(version: str, kind: str, name: str, spec: Mapping[str, Any]) -> Mapping[str, Any]:
    return {'apiVersion': version, 'kind': kind, 'metadata': {'name': name}, 'spec': plain(spec)}


def _nodes(case: Case) -> Iterator[KubernetesNode]:
    """The nodes with the rack labels that they will have."""
    label, rack_of = case.snapshot.cluster.rack_label, case.intent.rack_of
    for node in case.observation.cluster.nodes:
        rack = rack_of.get(node.name)
        yield replace(node, labels={**node.labels, label: rack}) if rack else node


def _whom(spec: Mapping[str, Any]) -> str:
    return str(spec.get('peerIP') or spec.get('peerSelector') or 'nobody')
