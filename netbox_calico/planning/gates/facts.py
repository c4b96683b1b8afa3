"""What a gate may expect, computed when it is evaluated: which node must announce what, and where it lies.

Block affinities change every minute, so nothing of this stands in a plan.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from netbox_calico.planning import artefact, ranges
from netbox_calico.planning.in_force import leads_to_reflectors
from netbox_calico.planning.model.intent import Session
from netbox_calico.planning.model.inventory import Interface, Network
from netbox_calico.planning.model.observation import ClusterObservation, Resource
from netbox_calico.planning.model.plan import Gate, GateKind, Operation, Plan
from netbox_calico.planning.naming import REFLECTOR_ANNOTATION

PATHS_LIMIT = 3000
"""Expected paths a node above which routes are not asked for: 150 bytes each, they would not be stored."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The plan and the cluster as it is now, prepared for questions.

    ``ready`` are the Ready nodes in order. ``blocks`` has their confirmed blocks in exported pools, ``claimed`` every
    block that a node holds in whatever state. ``labelled`` bear the rack label that the plan gives them, or need none,
    ``outside`` are those that Calico keeps out of the mesh. ``passing`` are the ends of BGPPeers that the plan changes
    or deletes: what goes by them is not what the plan leads to, and no harm until then. ``reflected`` says that
    BGPPeers of ours to reflectors are there, which carry the nodes' traffic as a mesh does.
    """

    plan: Plan
    mesh: bool
    ready: tuple[str, ...]
    interfaces: Mapping[str, Mapping[int, Interface]]
    rack_of: Mapping[str, str]
    sessions: Mapping[str, tuple[Session, ...]]
    blocks: Mapping[str, tuple[Network, ...]]
    claimed: Mapping[str, frozenset[Network]]
    pools: tuple[Network, ...]
    services: tuple[Network, ...]
    labelled: frozenset[str]
    outside: frozenset[str]
    passing: frozenset[str]
    reflected: bool

    @classmethod
    def behind(cls, gate: Gate, plan: Plan, cluster: ClusterObservation) -> Facts:
        """What this gate goes by. Idle routers serve nobody, so that whatever goes by them goes astray."""
        sessions = tuple(session for session in _concerned(gate, plan) if session.router not in gate.idle)
        facts = cls.of(replace(plan, sessions=sessions), cluster)
        return replace(facts, passing=frozenset()) if gate.idle else facts

    @classmethod
    def of(cls, plan: Plan, cluster: ClusterObservation) -> Facts:
        nodes = sorted(cluster.nodes, key=lambda node: node.name)
        changed = _changed(plan, cluster)
        ready = tuple(node.name for node in nodes if node.ready)
        sessions: dict[str, list[Session]] = defaultdict(list)
        for session in plan.sessions:
            sessions[session.node].append(session)
        placed = {session.node: session.rack for session in plan.sessions if session.rack}
        planned = {**dict.fromkeys(sessions, ''), **placed}
        label = plan.rack_label
        pools = tuple(network for pool, network in ranges.pools(cluster) if not pool.spec.get('disableBGPExport'))
        blocks: dict[str, list[Network]] = defaultdict(list)
        claimed: dict[str, set[Network]] = defaultdict(set)
        alive = frozenset(ready)
        for affinity in cluster.affinities:
            claimed[affinity.node].add(affinity.cidr)
            if affinity.state == 'confirmed' and affinity.node in alive and within(affinity.cidr, pools):
                blocks[affinity.node].append(affinity.cidr)
        return cls(
            plan=plan,
            mesh=cluster.mesh,
            ready=ready,
            interfaces={node.name: {end.version: end for end in node.addresses} for node in nodes},
            rack_of={
                **dict.fromkeys(sessions, ''),
                **{node.name: node.labels[label] for node in nodes if node.labels.get(label)},
                **placed,
            },
            sessions={name: tuple(found) for name, found in sessions.items()},
            blocks={name: tuple(sorted(found, key=_order)) for name, found in blocks.items()},
            claimed={name: frozenset(found) for name, found in claimed.items()},
            pools=pools,
            services=tuple(network for _, network in ranges.services(cluster)),
            labelled=frozenset(
                node.name
                for node in nodes
                if node.name in planned and planned[node.name] in ('', node.labels.get(label))
            ),
            outside=frozenset(node.name for node in nodes if node.annotations.get(REFLECTOR_ANNOTATION)),
            passing=frozenset(str(peer.spec.get('peerIP')) for peer in changed),
            reflected=any(leads_to_reflectors(peer, plan.handle) for peer in cluster.of_kind('BGPPeer')),
        )

    def members(self, racks: Iterable[str]) -> tuple[str, ...]:
        """The Ready nodes of these racks (none: of all), in order."""
        wanted = frozenset(racks)
        return tuple(node for node in self.ready if not wanted or self.rack_of.get(node) in wanted)

    def alive(self, nodes: Iterable[str]) -> tuple[str, ...]:
        """Those of these nodes that are Ready."""
        ready = frozenset(self.ready)
        return tuple(node for node in nodes if node in ready)

    def moved(self) -> tuple[str, ...]:
        """The Ready nodes that have their routers as peers by now."""
        return tuple(node for node in self.ready if node in self.labelled)

    def families(self, node: str) -> frozenset[int]:
        """The families in which the node has sessions with routers."""
        return frozenset(session.family for session in self.sessions.get(node, ()))

    def blocks_of(self, node: str, family: int) -> tuple[Network, ...]:
        """What the node must announce in a family."""
        return tuple(block for block in self.blocks.get(node, ()) if block.version == family)

    def tells_routes(self, node: str) -> bool:
        """Whether the node's routes may be asked for; else its sessions alone are."""
        return self._expected_paths(node) <= PATHS_LIMIT

    def _expected_paths(self, node: str) -> int:
        """About how many paths the node's BIRD holds: every block from the mesh and from each router."""
        totals: dict[int, int] = defaultdict(int)
        for found in self.blocks.values():
            for block in found:
                totals[block.version] += 1
        paths = sum(totals.values()) if self.mesh else 0
        return paths + sum(totals[session.family] for session in self.sessions.get(node, ()))


def _concerned(gate: Gate, plan: Plan) -> tuple[Session, ...]:
    """Those with the routers of racks that the plan leads to, or else gives up; of reflected routes, those with the
    routers that the gate names; beside the mesh all, since a node holds their paths as well.
    """
    both = (*plan.sessions, *plan.former)
    if gate.kind is GateKind.MESH:
        return both
    if gate.kind is GateKind.REFLECTED:
        named = {*gate.routers, *gate.told}
        return tuple(session for session in both if session.router in named)
    return tuple(s for s in plan.sessions if s.rack) or tuple(s for s in plan.former if s.rack)


def within(prefix: Network, ranges: Iterable[Network]) -> bool:
    """Whether a prefix lies in one of the ranges."""
    return any(
        prefix.version == outer.version
        and outer.prefixlen <= prefix.prefixlen
        and int(outer.network_address) <= int(prefix.network_address) <= int(outer.broadcast_address)
        for outer in ranges
    )


def _changed(plan: Plan, cluster: ClusterObservation) -> tuple[Resource, ...]:
    """The BGPPeers that the plan changes or deletes."""
    changed = {
        item.target
        for step in plan.steps
        for item in step.items
        if item.operation in (Operation.UPDATE, Operation.DELETE)
    }
    peers = cluster.of_kind('BGPPeer')
    return tuple(peer for peer in peers if artefact.target('BGPPeer', peer.name) in changed)


def _order(prefix: Network) -> tuple[int, int, int]:
    return prefix.version, int(prefix.network_address), prefix.prefixlen
