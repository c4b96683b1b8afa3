"""Top of rack, an AS a rack: the nodes are in the AS of their routers, which reflect routes among them.

The node's end takes the AS of the rack in these sessions alone (``localASNumber``), so that the mesh stays in the AS of
the cluster, and no session of it restarts. Routers make themselves the next hop of what comes from outside the rack
only, so that traffic within it stays direct. They set the local preference of what nodes announce: Calico 3.32 sends a
huge one, and 3.31 sends 100, so that during an upgrade one node would draw all the traffic of a service.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from netbox_calico.planning.counted import listed
from netbox_calico.planning.model.intent import Intent, PeerGroup
from netbox_calico.planning.model.inventory import Router, Snapshot
from netbox_calico.planning.model.observation import Observation
from netbox_calico.planning.model.plan import Finding, Severity
from netbox_calico.planning.naming import natural

from .design import Design
from .per_router import bgp_peers
from .shared_address import of_one_as_alone
from .top_of_rack import Ground, intent, survey

LOCAL_PREFERENCE = 100
_FIRST_WITH_LOCAL_AS = (3, 31)


def derive(snapshot: Snapshot, observation: Observation) -> Intent:
    """As the full tables, but iBGP in the rack's AS."""
    ground = survey(snapshot, observation, lambda node, router: router.asn or 0)
    return intent(
        TOR_AS_PER_RACK.key,
        ground,
        bgp_peers(ground, lambda router: {'localASNumber': router.asn or 0}),
        _reflecting,
        (*_several_numbers(ground), *_reused_numbers(ground), *without_local_as(ground), *of_one_as_alone(ground)),
    )


def _reflecting(group: PeerGroup, router: Router) -> PeerGroup:
    return replace(group, route_reflector_client=True, next_hop_self=True, local_preference=LOCAL_PREFERENCE)


def _several_numbers(ground: Ground) -> Iterator[Finding]:
    """Two routers of one rack in different AS numbers: a node cannot be in both and in one rack's."""
    routers: dict[str, dict[str, int]] = defaultdict(dict)
    for session in ground.sessions:
        router = ground.routers[session.router]
        if router.asn is not None:
            routers[session.rack][router.name] = router.asn
    for rack, numbers in sorted(routers.items(), key=lambda pair: natural(pair[0])):
        if len(set(numbers.values())) > 1:
            shown = ', '.join(f'{name} in {asn}' for name, asn in sorted(numbers.items()))
            yield Finding(
                Severity.ERROR,
                'rack-of-several-as',
                rack,
                f'The routers of rack {rack} are in different AS numbers ({shown}), and the design has one a rack: '
                'renumber them, or choose a design with eBGP to the nodes.',
            )


def _reused_numbers(ground: Ground) -> Iterator[Finding]:
    """Routers of one AS drop what comes from each other as a loop, so they must serve the same racks."""
    served: dict[int, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for session in ground.sessions:
        served[session.router_as][session.router].add(session.rack)
    for asn, racks in sorted(served.items()):
        if len({frozenset(found) for found in racks.values()}) > 1:
            names = sorted({rack for found in racks.values() for rack in found}, key=natural)
            yield Finding(
                Severity.ERROR,
                'as-of-several-racks',
                str(asn),
                f'Racks {listed(names)} have routers in one AS, {asn}: each would drop the routes of the others as '
                'loops. Give every rack an AS of its own.',
            )


def without_local_as(ground: Ground) -> Iterator[Finding]:
    """Calico takes an AS for single sessions from 3.31 on; before, all nodes would have to change theirs at once."""
    version = re.match(r'v?(\d+)\.(\d+)', ground.observation.cluster.calico_version)
    if version and (int(version[1]), int(version[2])) < _FIRST_WITH_LOCAL_AS:
        yield Finding(
            Severity.ERROR,
            'local-as-unknown',
            ground.snapshot.cluster.name,
            f'Calico {ground.observation.cluster.calico_version} knows no localASNumber: the AS of running nodes would '
            'have to be changed, and every session restarts with it. Upgrade to 3.31 or later first, or choose a '
            'design with one AS for all nodes.',
        )


TOR_AS_PER_RACK = Design(
    key='tor-as-per-rack',
    label='Top of rack: an AS a rack',
    description=(
        'Every node peers by iBGP with the routers of its rack, in their AS; they reflect routes within the rack and '
        'are the next hop of all others.'
    ),
    mesh=False,
    derive=derive,
    options=('scheme',),
)
