"""Top of rack, an AS a node: every node peers by eBGP with the routers of its rack, which pass all routes on.

An AS that a node has as a whole is the AS of its mesh sessions too: to change it restarts them all at once. So each
session with a router has the node's AS to itself (``localASNumber``), in a BGPPeer of that node, router and family.
Those are many, and every agent looks at each of them whenever a label changes: beyond a size the design is refused.
Paths of two nodes never have the same AS in them, so that routers balance over them only with multipath-relax.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from netbox_calico.planning.counted import listed
from netbox_calico.planning.model.intent import Intent, PeerGroup, Session, WantedResource
from netbox_calico.planning.model.inventory import Router, Snapshot
from netbox_calico.planning.model.observation import Observation
from netbox_calico.planning.model.plan import Finding, Severity
from netbox_calico.planning.naming import OWNER_LABEL, resource_name, secret_key

from .design import Design
from .node_numbers import node_numbers
from .per_router import peer_spec
from .shared_address import of_one_as_alone
from .top_of_rack import Ground, intent, survey
from .tor_as_per_rack import without_local_as

EVALUATIONS = 1_000_000
"""BGPPeers times nodes that an agent works through at every change of a label: about a second of its CPU."""


def derive(snapshot: Snapshot, observation: Observation) -> Intent:
    """As the full tables, with an AS a node and a BGPPeer a node, router and family."""
    numbers, findings = node_numbers(snapshot, observation.cluster, (node.name for node in observation.cluster.nodes))
    ground = survey(snapshot, observation, lambda node, router: numbers[node])
    peers = _peers(ground)
    return intent(
        TOR_AS_PER_NODE.key,
        ground,
        peers,
        _of_any_as,
        (
            *findings,
            *without_local_as(ground),
            *of_one_as_alone(ground),
            *_too_many(ground, len(peers)),
            *_without_relax(ground),
        ),
    )


def _of_any_as(group: PeerGroup, router: Router) -> PeerGroup:
    return replace(group, remote_as=None)


def _peers(ground: Ground) -> tuple[WantedResource, ...]:
    deployed = _deployed_names(ground)
    wanted = [_peer(ground, session, deployed) for session in ground.sessions]
    return tuple(sorted(wanted, key=lambda resource: resource.name))


def _peer(ground: Ground, session: Session, deployed: Mapping[tuple[str, str], str]) -> WantedResource:
    cluster, router = ground.snapshot.cluster, ground.routers[session.router]
    address = str(session.router_address)
    name = deployed.get((session.node, address))
    return WantedResource(
        'BGPPeer',
        name or resource_name('cal', cluster.handle, router.name, str(session.family), session.node),
        {
            'node': session.node,
            'localASNumber': session.node_as,
            **peer_spec(cluster, router.asn or 0, address, secret_key(router.name)),
        },
    )


def _deployed_names(ground: Ground) -> Mapping[tuple[str, str], str]:
    """The names of our BGPPeers by node and address: a router that was renamed keeps its own."""
    return {
        (str(peer.spec['node']), str(peer.spec.get('peerIP', ''))): peer.name
        for peer in ground.observation.cluster.of_kind('BGPPeer')
        if peer.labels.get(OWNER_LABEL) == ground.snapshot.cluster.handle and peer.spec.get('node')
    }


def _too_many(ground: Ground, peers: int) -> Iterator[Finding]:
    nodes = len(ground.observation.cluster.nodes)
    if peers * nodes > EVALUATIONS:
        yield Finding(
            Severity.ERROR,
            'too-many-node-peers',
            ground.snapshot.cluster.name,
            f"{peers} BGPPeers, one a node, router and family, times {nodes} nodes is more than Calico's agents work "
            f'through in reasonable time ({EVALUATIONS:,} a change of any label). An AS a node cannot be had otherwise '
            'without restarting every session of its node: choose an AS a rack, or one AS for all nodes.',
        )


def _without_relax(ground: Ground) -> Iterator[Finding]:
    serving = {session.router for session in ground.sessions}
    lacking = [
        router.name
        for router in ground.observation.routers
        if router.router in serving and not router.error and router.settings.get('multipath_relax') == 'no'
    ]
    if lacking:
        yield Finding(
            Severity.ERROR,
            'multipath-relax-needed',
            ground.snapshot.cluster.name,
            f'{listed(lacking)} balance over equal AS paths only, and the paths of two nodes never are: each service '
            'would be served by a single node. Switch multipath-relax on (bgp bestpath as-path multipath-relax).',
        )


TOR_AS_PER_NODE = Design(
    key='tor-as-per-node',
    label='Top of rack: an AS a node',
    description=(
        'Every node peers by eBGP, from an AS of its own, with the routers of its rack, which pass all routes on.'
    ),
    mesh=False,
    derive=derive,
    options=('asn_range', 'scheme'),
)
