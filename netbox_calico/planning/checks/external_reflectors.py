"""Can reflectors outside of the cluster take over, and does nothing else of ours stand beside them?"""

from __future__ import annotations

from collections.abc import Iterator

from netbox_calico.planning.counted import listed
from netbox_calico.planning.designs.reflectors_external import EVERY_NODE
from netbox_calico.planning.diff import is_ours
from netbox_calico.planning.model.observation import Resource
from netbox_calico.planning.model.plan import Finding
from netbox_calico.planning.serving import REFLECTOR_ROLE

from .case import Case
from .code import error, finds, warning

OTHER_DESIGN_IN_FORCE = error(
    'other-design-in-force',
    'The nodes peer by us with the routers of their racks, or with reflectors among them.',
    'Go back to the mesh first, with the design in force.',
)
LIVES_BY_EXTERNAL_REFLECTORS = error(
    'lives-by-external-reflectors',
    'The nodes peer by us with route reflectors outside of the cluster.',
    'Go back to the mesh first, with the design in force.',
)
ONE_EXTERNAL_REFLECTOR = warning(
    'one-external-reflector', 'One route reflector serves all nodes: with it all routes go.', 'Add a second one.'
)


@finds(OTHER_DESIGN_IN_FORCE)
def others_in_force(case: Case) -> Iterator[Finding]:
    """The gates would wait for the routes of reflectors while those of routers are in use."""
    others = [peer.name for peer in _ours(case) if not _is_to_reflector(peer)]
    if others:
        name = case.snapshot.cluster.name
        yield OTHER_DESIGN_IN_FORCE.at(
            name,
            f'The nodes of {name} live by another design ({listed(others)}): choose that one again, go back to the '
            'mesh, and come to this one from there.',
        )


@finds(LIVES_BY_EXTERNAL_REFLECTORS)
def in_force(case: Case) -> Iterator[Finding]:
    """The gates would wait for the routes of routers while those of reflectors are in use."""
    ends = {
        str(address.value.ip)
        for router in case.snapshot.routers
        if router.role == REFLECTOR_ROLE
        for address in router.addresses
    }
    theirs = [peer.name for peer in _ours(case) if _is_to_reflector(peer) and peer.spec['peerIP'] in ends]
    if theirs:
        name = case.snapshot.cluster.name
        yield LIVES_BY_EXTERNAL_REFLECTORS.at(
            name,
            f'The nodes of {name} live by route reflectors outside of the cluster ({listed(theirs)}): choose that '
            'design again, go back to the mesh, and come to this one from there.',
        )


@finds(ONE_EXTERNAL_REFLECTOR)
def redundancy(case: Case) -> Iterator[Finding]:
    """One reflector works, and takes the routes of all nodes with it."""
    found = {session.router for session in case.intent.sessions}
    if len(found) == 1:
        [key] = found
        yield ONE_EXTERNAL_REFLECTOR.at(
            case.routers[key].name,
            f'{case.routers[key].name} is the one route reflector of all nodes: while it is down or being changed, '
            'they have no routes. Add a second one.',
        )


def _ours(case: Case) -> Iterator[Resource]:
    return (peer for peer in case.observation.cluster.of_kind('BGPPeer') if is_ours(peer, case.snapshot.cluster.handle))


def _is_to_reflector(peer: Resource) -> bool:
    return bool(peer.spec.get('peerIP')) and peer.spec.get('nodeSelector') == EVERY_NODE
