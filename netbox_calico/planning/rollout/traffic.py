"""Which routers carry the traffic of which nodes now, and which have to be drained for a plan to change sessions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from netbox_calico.planning.diff import Differences, is_ours
from netbox_calico.planning.model.observation import IPAddress
from netbox_calico.planning.model.plan import Operation
from netbox_calico.planning.serving import REFLECTOR_ROLE

from .changed_peers import NONE, ChangedPeers
from .draining import Draining
from .situation import Pair, Situation

type Carriers = Mapping[str, frozenset[int]]
"""The routers by which a node sends and gets packets, by node."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """``newcomers`` begin drained: nodes that others carry get sessions with them. Those of them that are ``busy``
    carry something now and are drained before. ``leavers`` are drained before they go.

    ``in_turn`` says that sessions can restart router by router, while others of the rack carry it. ``late`` are
    BGPPeers that may change once the leavers are drained, and with them sessions of those newcomers that are ``last``.
    ``idle`` are the routers with restarting sessions that carry nothing now.
    """

    newcomers: frozenset[int] = frozenset()
    busy: frozenset[int] = frozenset()
    leavers: frozenset[int] = frozenset()
    in_turn: bool = False
    late: ChangedPeers = NONE
    last: frozenset[int] = frozenset()
    idle: frozenset[int] = frozenset()

    @classmethod
    def of(cls, situation: Situation, differences: Differences, changed: ChangedPeers, draining: Draining) -> Traffic:
        """Where the mesh or reflectors carry everything meanwhile nobody comes in drained and none goes in turn."""
        reflectors = {router.id for router in situation.snapshot.routers if router.role == REFLECTOR_ROLE}
        leavers = frozenset(key for key in situation.cleared if _has_nodes(situation, draining, key)) - reflectors
        if situation.observation.cluster.mesh or situation.beside_reflectors:
            return cls(leavers=leavers)
        nodes: dict[int, set[str]] = defaultdict(set)
        for session in situation.intent.sessions:
            nodes[session.router].add(session.node)
        created = _routers_of(differences.select('BGPPeer', Operation.CREATE), situation)
        concerned = nodes.keys() & (situation.configured.keys() | created | changed.restarting)
        carriers = _carriers(situation, changed, draining, {name for key in concerned for name in nodes[key]})
        newcomers = frozenset(
            key
            for key in concerned - changed.restarting
            if any(carriers[name] and key not in carriers[name] for name in nodes[key])
        )
        busy = frozenset(key for key in newcomers if any(key in carriers[name] for name in nodes[key]))
        placed = {router.id for router in situation.snapshot.routers if router.addresses}
        quiet = changed.without(changed.only(changed.restarting))
        late = (quiet.only(leavers) if leavers <= placed else quiet) if leavers else NONE
        last = frozenset(key for key in newcomers for _, found in late.pairs if key in found)
        return cls(
            newcomers=newcomers,
            busy=busy,
            leavers=leavers,
            in_turn=not situation.under_mesh and _in_turn(changed, nodes, carriers, newcomers - last),
            late=late,
            last=last,
            idle=changed.restarting.difference(*carriers.values()),
        )


def _routers_of(pairs: Iterable[Pair], situation: Situation) -> frozenset[int]:
    created = {pair[0].target.partition('/')[2] for pair in pairs}
    if not created:
        return frozenset()
    ends = {
        str(wanted.spec.get('peerIP'))
        for wanted in situation.intent.resources
        if wanted.kind == 'BGPPeer' and wanted.name in created
    }
    return frozenset(session.router for session in situation.intent.sessions if str(session.router_address) in ends)


def _carriers(situation: Situation, changed: ChangedPeers, draining: Draining, nodes: Iterable[str]) -> Carriers:
    """A router carries a node that it has for a neighbour, and that BGPPeers make peer with it, while not drained."""
    cluster, observed = situation.snapshot.cluster, situation.observation.cluster
    concerned = frozenset(nodes)
    if not concerned:
        return {}
    name_of: dict[IPAddress, str] = {}
    labelled: set[str] = set()
    for node in observed.nodes:
        if node.name in concerned:
            name_of.update({end.ip: node.name for end in node.addresses})
            if node.labels.get(cluster.rack_label):
                labelled.add(node.name)
    peered = {
        (str(found.spec.get('peerIP')), found.spec.get('node'))
        for found in observed.of_kind('BGPPeer')
        if is_ours(found, cluster.handle)
    }
    ends: dict[int, dict[str, str]] = defaultdict(dict)
    # The sessions of a router have one and the same address object: it is made a text once.
    texts: dict[int, str] = {}
    around: set[int] = set()
    for session in situation.intent.sessions:
        address = session.router_address
        ends[session.router][session.node] = texts.get(id(address)) or texts.setdefault(id(address), str(address))
        if session.node in concerned:
            around.add(session.router)
    carriers: dict[str, set[int]] = {name: set() for name in concerned}
    for key in around | situation.cleared.keys():
        groups = draining.groups(key)
        if any(group.drained for group in groups):
            continue
        wanted = key in ends and key not in changed.restarting
        for neighbor in (neighbor for group in groups for neighbor in group.neighbors):
            name = name_of.get(neighbor.address)
            if name is None:
                continue
            end = ends[key].get(name, '')
            if (
                (not wanted and name in labelled)
                or (end, name) in peered
                or (name in labelled and (end, None) in peered)
            ):
                carriers[name].add(key)
    return {name: frozenset(found) for name, found in carriers.items()}


def _has_nodes(situation: Situation, draining: Draining, router: int) -> bool:
    nodes = {end.ip for node in situation.observation.cluster.nodes for end in node.addresses}
    return any(neighbor.address in nodes for group in draining.groups(router) for neighbor in group.neighbors)


def _in_turn(
    changed: ChangedPeers, nodes: Mapping[int, Iterable[str]], carriers: Carriers, coming: frozenset[int]
) -> bool:
    """Whether every node keeps a router: one that stays as it is, or any other whose turn it is not.

    Newcomers carry by then. Who carries nothing now goes first, and carries when the others go. What the routers of a
    rack do to each other's routes while some have changed and others have not is for the proof to say.
    """
    by_node: dict[str, set[int]] = defaultdict(set)
    for key in coming | changed.restarting:
        for name in nodes.get(key, ()):
            by_node[name].add(key)
    staying = {name: (found - changed.restarting) | (by_node[name] & coming) for name, found in carriers.items()}
    return bool(changed.restarting) and all(
        staying[name]
        or (carriers[name] & changed.restarting) - {key}
        or (key in carriers[name] and by_node[name] - {key})
        for key in changed.restarting
        for name in nodes.get(key, ())
    )
