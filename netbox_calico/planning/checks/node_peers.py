"""Do BGPPeers of others make nodes peer with one another? Such a mesh outlives Calico's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from netbox_calico.planning.diff import is_ours
from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.model.observation import KubernetesNode, Resource
from netbox_calico.planning.model.plan import Finding
from netbox_calico.planning.selectors import parse

from .case import Case
from .code import error, finds
from .mesh_off import careful

BGP_PEER_BETWEEN_NODES = error(
    'bgp-peer-between-nodes',
    'A BGPPeer of others makes nodes peer with one another: such a mesh outlives the real one.',
    'Delete it while the mesh is on, then plan again.',
)


@finds(BGP_PEER_BETWEEN_NODES)
def between_nodes(case: Case) -> Iterator[Finding]:
    """Routes that nodes have from each other by iBGP go before those of the routers."""
    handle = case.snapshot.cluster.handle
    foreign = [peer for peer in case.observation.cluster.of_kind('BGPPeer') if not is_ours(peer, handle)]
    nodes = _as_they_will_be(case) if foreign else ()
    holders = {str(end.ip): node.name for node in nodes for end in node.addresses}
    for peer in foreign:
        pair = _pair(peer, nodes, holders)
        if pair is not None:
            yield BGP_PEER_BETWEEN_NODES.at(
                peer.name,
                f'BGPPeer {peer.name} makes nodes peer with one another, as {pair[0]} with {pair[1]}: these sessions '
                'would stay when the mesh goes, and their routes go before those of the routers. '
                f'{careful(case)}Delete it while the mesh is on, then plan again.',
            )


def _as_they_will_be(case: Case) -> tuple[KubernetesNode, ...]:
    label, racks = case.snapshot.cluster.rack_label, case.intent.rack_of
    return tuple(
        replace(node, labels={**node.labels, label: racks[node.name]}) if node.name in racks else node
        for node in case.observation.cluster.nodes
    )


def _pair(peer: Resource, nodes: tuple[KubernetesNode, ...], holders: Mapping[str, str]) -> tuple[str, str] | None:
    """Two nodes that the BGPPeer brings together, or None."""
    selector, holder = str(peer.spec.get('peerSelector') or ''), holders.get(str(peer.spec.get('peerIP') or ''))
    far = _selected(selector, nodes) if selector else (holder,) if holder else ()
    if not far:
        return None
    if peer.spec.get('nodeSelector'):
        near = _selected(str(peer.spec['nodeSelector']), nodes)
    else:
        near = tuple(node.name for node in nodes if peer.spec.get('node') in (None, '', node.name))
    return next(((one, other) for one in near for other in far if one != other), None)


def _selected(selector: str, nodes: tuple[KubernetesNode, ...]) -> tuple[str, ...]:
    try:
        matches = parse(selector).matches
    except InvalidInput:
        return ()
    return tuple(node.name for node in nodes if matches(node.labels))
