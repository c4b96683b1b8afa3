"""What the checks are given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from netbox_calico.planning import artefact
from netbox_calico.planning.by_hand import ByHand
from netbox_calico.planning.model.intent import Intent
from netbox_calico.planning.model.inventory import Router, Snapshot
from netbox_calico.planning.model.observation import KubernetesNode, Observation, RouterObservation
from netbox_calico.planning.ports import SectionRenderer
from netbox_calico.planning.serving import serve


@dataclass(frozen=True)
class Case:
    """Both sides, what should be, and the renderers by template set. Everything is in order already.

    ``unreadable`` says what is wrong with objects that are left out of the observation, by kind and name.
    """

    snapshot: Snapshot
    observation: Observation
    intent: Intent
    renderers: Mapping[str, SectionRenderer]
    unreadable: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def routers(self) -> Mapping[int, Router]:
        """NetBox's routers by key."""
        return {router.id: router for router in self.snapshot.routers}

    @cached_property
    def observed_routers(self) -> Mapping[int, RouterObservation]:
        """What was seen of routers, by key."""
        return {router.router: router for router in self.observation.routers}

    @cached_property
    def running(self) -> Mapping[str, KubernetesNode]:
        """The nodes of the cluster by name."""
        return {node.name: node for node in self.observation.cluster.nodes}

    @cached_property
    def peering(self) -> frozenset[str]:
        """The nodes that are to peer with routers."""
        return frozenset(session.node for session in self.intent.sessions)

    @cached_property
    def drained(self) -> Mapping[str, frozenset[str]]:
        """The names of the routers that are drained, by rack."""
        names = {router.id: router.name for router in self.snapshot.routers if router.drained}
        found: dict[str, set[str]] = defaultdict(set)
        for node, links in serve(self.snapshot, self.observation.cluster).links.items() if names else ():
            found[self.intent.rack_of.get(node, '')].update(
                names[link.router] for link in links if link.router in names
            )
        return {rack: frozenset(away) for rack, away in found.items()}

    @cached_property
    def by_hand(self) -> ByHand:
        """What people made by hand."""
        return ByHand(self.snapshot, self.observation)

    @cached_property
    def agent_variables(self) -> Mapping[str, str] | None:
        """The variables of calico-node that were read, or None where they may not be."""
        agent = self.observation.cluster.find('DaemonSet', 'calico-node')
        return None if agent is None else agent.spec.get('env') or {}

    @cached_property
    def concerned(self) -> tuple[Router, ...]:
        """The routers that the plan needs: those with sessions, and those that carry something of ours or did."""
        serving = {session.router for session in self.intent.sessions}
        ours = {router.router for router in self.observation.routers if router.section}
        sent = {entry.target for entry in self.snapshot.deployed}
        return tuple(
            router
            for router in self.snapshot.routers
            if router.id in serving | ours or artefact.router_target(router.id) in sent
        )
