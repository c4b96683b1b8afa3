"""The sessions with routers that nodes live by now, whatever design was chosen since: what a plan gives up."""

from __future__ import annotations

from .designs.reflectors_external import EVERY_NODE, REFLECTORS_EXTERNAL, to_external_reflector
from .designs.reflectors_tor import EVERY_REFLECTOR
from .designs.shared_address import as_it_runs
from .designs.tor_full_tables import TOR_FULL_TABLES
from .model.intent import Intent, Session
from .model.inventory import Snapshot
from .model.observation import ClusterObservation, Observation, Resource
from .naming import OWNER_LABEL


def given_up(snapshot: Snapshot, observation: Observation, intent: Intent) -> tuple[Session, ...]:
    """The sessions in force of another kind than those of the intent: with routers of racks, with reflectors outside.

    They are those that NetBox and the BGPPeers in the cluster agree on. Their AS numbers are not to be relied on.
    """
    by_reflectors = intent.reflection is not None or intent.reflected
    return (
        *(_of_racks(snapshot, observation) if by_reflectors else ()),
        *(() if intent.reflected or intent.mesh else _outside(snapshot, observation)),
    )


def leads_to_reflectors(peer: Resource, handle: str) -> bool:
    """Whether it is a BGPPeer of ours between nodes and route reflectors, in the cluster or outside."""
    within = peer.labels.get(OWNER_LABEL) == handle and bool(peer.spec.get('peerSelector'))
    return within or to_external_reflector(peer, handle)


def rack_peers(observed: ClusterObservation, handle: str) -> tuple[Resource, ...]:
    """The BGPPeers of ours between nodes and the routers of their racks."""
    return tuple(
        peer
        for peer in observed.of_kind('BGPPeer')
        if peer.labels.get(OWNER_LABEL) == handle
        and peer.spec.get('peerIP')
        and peer.spec.get('nodeSelector') not in (EVERY_NODE, EVERY_REFLECTOR)
    )


def within_one_as(peer: Resource) -> bool:
    """Whether nodes peer by it within the AS of the router: iBGP, as with an AS a rack."""
    return peer.spec.get('localASNumber') == peer.spec.get('asNumber')


def _of_racks(snapshot: Snapshot, observation: Observation) -> tuple[Session, ...]:
    key = snapshot.cluster.rack_label
    labels = {node.name: node.labels[key] for node in observation.cluster.nodes if node.labels.get(key)}
    if not labels:
        return ()
    ends = {str(peer.spec['peerIP']) for peer in rack_peers(observation.cluster, snapshot.cluster.handle)}
    found = TOR_FULL_TABLES.derive(as_it_runs(snapshot, observation), observation).sessions
    return tuple(
        session for session in found if labels.get(session.node) == session.rack and str(session.router_address) in ends
    )


def _outside(snapshot: Snapshot, observation: Observation) -> tuple[Session, ...]:
    ends = {
        str(peer.spec['peerIP'])
        for peer in observation.cluster.of_kind('BGPPeer')
        if to_external_reflector(peer, snapshot.cluster.handle)
    }
    if not ends:
        return ()
    found = REFLECTORS_EXTERNAL.derive(snapshot, observation).sessions
    return tuple(session for session in found if str(session.router_address) in ends)
