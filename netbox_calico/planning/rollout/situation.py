"""What a rollout is made from, and the pairs of doing and undoing that its steps are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from netbox_calico.planning.model.intent import Intent
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import Observation, RouterObservation
from netbox_calico.planning.model.plan import Gate, GateKind, Item, Step
from netbox_calico.planning.ports import SectionRenderer

type Pair = tuple[Item, Item]
"""An item and the one that takes it back."""

NO_GATE = Gate(GateKind.NONE, '')


@dataclass(frozen=True, slots=True)
class Situation:
    """``intent`` is where to go. ``before`` is the intent of the design in force, which a way back starts from."""

    snapshot: Snapshot
    observation: Observation
    intent: Intent
    before: Intent
    renderers: Mapping[str, SectionRenderer]

    @property
    def routers(self) -> Mapping[int, RouterObservation]:
        """The routers that could be read, by key."""
        return {router.router: router for router in self.observation.routers if not router.error}


@dataclass(slots=True)
class Steps:
    """Steps in the making, numbered from 1; a step's undo is its items' in reverse."""

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
                gate=gate,
                undo=tuple(undo for _, undo in reversed(pairs)),
                undo_gate=undo_gate,
            )
        )
