"""From the difference between what is and what should be to steps in an order that loses no packet."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from netbox_calico.planning.diff import Differences
from netbox_calico.planning.model.plan import Step
from netbox_calico.planning.ports import SectionRenderer

from .back import back, moved_racks
from .carried import reflecting
from .detours import only_by_mesh
from .draining import Draining
from .encapsulation import with_encapsulation
from .external import to_external
from .forward import forward
from .legs import by_mesh, in_legs, with_legs
from .mesh import mesh_pair, switches_on
from .reflectors import from_reflectors, to_reflectors
from .sections import section_pairs
from .situation import Situation


def rollout(situation: Situation, renderers: Mapping[str, SectionRenderer]) -> tuple[Step, ...]:
    """The steps, or none when there is nothing to do."""
    steps = in_legs(situation, partial(_leg, renderers))
    return with_encapsulation(situation, steps)


def _leg(renderers: Mapping[str, SectionRenderer], situation: Situation, differences: Differences) -> tuple[Step, ...]:
    if situation.intent.reflection is not None:
        steps = to_reflectors(situation, differences, situation.intent.reflection)
    elif situation.intent.reflected:
        steps = to_external(situation, differences)
    elif situation.intent.mesh and reflecting(situation):
        steps = from_reflectors(situation, differences)
    elif situation.intent.mesh:
        steps = back(situation, differences)
    else:
        steps = forward(situation, differences, Draining.of(situation, renderers))
    return tuple(steps.made) if any(step.items for step in steps.made) else ()


__all__ = [
    'Situation',
    'by_mesh',
    'mesh_pair',
    'moved_racks',
    'only_by_mesh',
    'rollout',
    'section_pairs',
    'switches_on',
    'with_legs',
]
