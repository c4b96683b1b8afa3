"""What a rollout is made from, and the pairs of doing and undoing that its steps are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from netbox_calico.planning.in_force import leads_to_reflectors
from netbox_calico.planning.model.intent import Intent, PeerGroup, Session
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import Observation
from netbox_calico.planning.model.plan import Gate, GateKind, Item, Step

type Pair = tuple[Item, Item]
"""An item and the one that takes it back."""

NO_GATE = Gate(GateKind.NONE, '')


@dataclass(frozen=True, slots=True)
class Situation:
    """``intent`` is where to go. ``before`` is the intent of the design in force, which a way back starts from.

    ``legs`` are the situations that the way leads through, one after the other. In each ``sections`` are the routers'
    items by key, ``sent`` what routers carry by the legs before. ``under_mesh`` says that the mesh shall carry
    everything while sessions restart; else the other routers of a rack do where they can. ``former`` are sessions of
    another kind than those of the intent, by which nodes live until the plan gives them up.
    """

    snapshot: Snapshot
    observation: Observation
    intent: Intent
    before: Intent
    sections: Mapping[int, Pair] = field(default_factory=dict)
    sent: Mapping[int, tuple[PeerGroup, ...]] = field(default_factory=dict)
    legs: tuple[Situation, ...] = ()
    under_mesh: bool = False
    former: tuple[Session, ...] = ()

    @property
    def note(self) -> str:
        """What is said behind the title of a step that leads to a stage, so that no two gates of a plan are alike."""
        return f' ({self.intent.stage})' if self.intent.stage else ''

    @property
    def rack_by_rack(self) -> bool:
        """Whether racks can leave the mesh one by one: what takes a node out of it also makes it a route reflector, and
        that restarts and changes its sessions with routers of its own AS.
        """
        return all(session.node_as != session.router_as for session in self.intent.sessions)

    @property
    def beside_reflectors(self) -> bool:
        """Whether reflectors, outside or inside, carry the nodes' traffic, until the plan takes them away."""
        handle, observed = self.snapshot.cluster.handle, self.observation.cluster
        by_routers = not self.intent.reflected and self.intent.reflection is None
        return by_routers and any(leads_to_reflectors(found, handle) for found in observed.of_kind('BGPPeer'))

    @property
    def cleared(self) -> Mapping[int, Pair]:
        """The items of routers that shall carry nothing of ours any more."""
        kept = {section.router for section in self.intent.sections}
        return {key: pair for key, pair in self.sections.items() if key not in kept}

    @property
    def configured(self) -> Mapping[int, Pair]:
        """The items of routers that the intent has a section for."""
        cleared = self.cleared
        return {key: pair for key, pair in self.sections.items() if key not in cleared}


@dataclass(slots=True)
class Steps:
    """Steps in the making, numbered from 1; a step's undo is its items' in reverse.

    Without ``tables`` gates on routes wait for the default route, as nodes have no other. They look past routers that
    are ``idle``: these may have no sessions until their turn comes.
    """

    tables: bool = True
    idle: frozenset[int] = frozenset()
    made: list[Step] = field(default_factory=list)

    def add(self, title: str, pairs: Iterable[Pair], gate: Gate = NO_GATE, undo_gate: Gate = NO_GATE) -> None:
        pairs = tuple(pairs)
        number = len(self.made) + 1
        self.made.append(
            Step(
                number=number,
                wave=number,
                title=title,
                items=tuple(do for do, _ in pairs),
                gate=self._expecting(gate),
                undo=tuple(undo for _, undo in reversed(pairs)),
                undo_gate=self._expecting(undo_gate),
            )
        )

    def _expecting(self, gate: Gate) -> Gate:
        if gate.kind is not GateKind.ROUTES:
            return gate
        idle = tuple(sorted(self.idle.union(gate.idle)))
        return replace(gate, kind=GateKind.ROUTES if self.tables else GateKind.DEFAULT, idle=idle)
