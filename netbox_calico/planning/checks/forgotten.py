"""Are sessions ended whose router NetBox does not know any more? It cannot be drained before."""

from __future__ import annotations

from collections.abc import Iterator

from netbox_calico.planning.diff import is_ours
from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.model.plan import Finding
from netbox_calico.planning.selectors import parse

from .case import Case
from .code import finds, warning

ROUTER_FORGOTTEN = warning(
    'router-forgotten',
    'Nodes have sessions with a router that NetBox does not know any more: it cannot be drained before they end.',
    'Put it back into NetBox, marked as drained, and deploy; delete it afterwards. If it is dead already, go on.',
    50,
)


@finds(ROUTER_FORGOTTEN)
def routers(case: Case) -> Iterator[Finding]:
    """BGPPeers of ours that go, to addresses that no router has, while nodes bear the labels that they select."""
    unplaced = {router.id for router in case.snapshot.routers if not router.addresses}
    if case.observation.cluster.mesh or any(
        router.section and router.router in unplaced for router in case.observation.routers
    ):
        # A router that lost its addresses in NetBox is still there to be drained.
        return
    wanted = {found.name for found in case.intent.resources if found.kind == 'BGPPeer'}
    ends = {str(address.value.ip) for router in case.snapshot.routers for address in router.addresses}
    for peer in case.observation.cluster.of_kind('BGPPeer'):
        end = str(peer.spec.get('peerIP', ''))
        if peer.name in wanted or end in ends or not is_ours(peer, case.snapshot.cluster.handle):
            continue
        if _selects(case, str(peer.spec.get('node', '')), str(peer.spec.get('nodeSelector', ''))):
            yield ROUTER_FORGOTTEN.at(
                peer.name,
                f'BGPPeer {peer.name} makes nodes peer with {end}, which no router of NetBox has any more: its '
                'sessions end without it being drained, and packets on their way by it are lost. Put the router back '
                'into NetBox, marked as drained, and deploy; delete it afterwards. If it is dead already, go on.',
            )


def _selects(case: Case, name: str, selector: str) -> bool:
    if name:
        return name in case.running
    try:
        matches = parse(selector).matches
    except InvalidInput:
        return False
    return any(matches(node.labels) for node in case.running.values())
