"""Can reflectors outside of the cluster take over, and does nothing else of ours stand beside them?"""

from __future__ import annotations

from collections.abc import Iterator

from netbox_calico.planning.counted import listed
from netbox_calico.planning.designs.reflectors_tor import EVERY_REFLECTOR
from netbox_calico.planning.diff import is_ours
from netbox_calico.planning.model.plan import Finding
from netbox_calico.planning.rollout.stages import FIRST, reached

from .case import Case
from .code import error, finds, warning

OTHER_DESIGN_IN_FORCE = error(
    'other-design-in-force',
    'Nodes reflect routes by us: while they do, those outside would reflect theirs to them once more.',
    'Go back to the mesh first, with the design in force.',
)
DEFAULT_IN_FORCE = error(
    'default-in-force',
    'Nodes live by a default route of the routers, which has to be taken back before reflectors can carry them.',
    'Deploy «one AS for all nodes, full tables» first, and come to this design from there.',
)
ONE_EXTERNAL_REFLECTOR = warning(
    'one-external-reflector', 'One route reflector serves all nodes: with it all routes go.', 'Add a second one.'
)


@finds(OTHER_DESIGN_IN_FORCE)
def others_in_force(case: Case) -> Iterator[Finding]:
    """Beside routers that serve racks reflectors outside can come; beside nodes that reflect they cannot."""
    name = case.snapshot.cluster.name
    others = [
        peer.name
        for peer in case.observation.cluster.of_kind('BGPPeer')
        if is_ours(peer, case.snapshot.cluster.handle)
        and (peer.spec.get('peerSelector') or peer.spec.get('nodeSelector') == EVERY_REFLECTOR)
    ]
    if others:
        yield OTHER_DESIGN_IN_FORCE.at(
            name,
            f'Nodes of {name} reflect routes ({listed(others)}), and would take those outside for clients and reflect '
            'what these reflect: choose that design again, go back to the mesh, and come to this one from there.',
        )


@finds(DEFAULT_IN_FORCE)
def defaults_in_force(case: Case) -> Iterator[Finding]:
    """The way out of a default route leads through full tables, behind gates on the sessions with routers."""
    if reached(case.snapshot, case.observation, case.renderers) != FIRST:
        name = case.snapshot.cluster.name
        yield DEFAULT_IN_FORCE.at(
            name,
            f'The nodes of {name} live by a default route of their routers: choose «one AS for all nodes, full tables» '
            'and deploy it, which takes the default back, and come to this design from there.',
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
