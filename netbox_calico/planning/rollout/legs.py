"""A plan in legs, where stages lie between here and there: each leg starts from what the one before leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from netbox_calico.planning.designs.shared_address import as_it_runs
from netbox_calico.planning.designs.tor_default import TOR_DEFAULT
from netbox_calico.planning.diff import Differences, compare
from netbox_calico.planning.model.intent import Intent, PeerGroup, RouterSection
from netbox_calico.planning.model.plan import Step
from netbox_calico.planning.ports import SectionChange, SectionRenderer

from .detours import detours
from .outcome import outcome
from .sections import section_pairs
from .situation import Situation
from .stages import FIRST, reached, way

type Leg = Callable[[Situation, Differences], tuple[Step, ...]]


@dataclass(frozen=True, slots=True)
class _Remembering:
    """A renderer that remembers what each router carries after its change, so that nothing is rendered twice."""

    renderer: SectionRenderer
    texts: dict[int, str] = field(default_factory=dict)

    def change(self, observed: str, wanted: RouterSection) -> SectionChange:
        change = self.renderer.change(observed, wanted)
        self.texts[wanted.router] = change.after
        return change

    def drain(self, observed: str) -> SectionChange:
        return self.renderer.drain(observed)

    def groups(self, section: str) -> tuple[PeerGroup, ...]:
        return self.renderer.groups(section)


def in_legs(
    situation: Situation, differences: Differences, renderers: Mapping[str, SectionRenderer], leg: Leg
) -> tuple[Step, ...]:
    """The steps of all legs, numbered through; ``differences`` are those of the situation."""
    intents = on_the_way(situation, renderers)
    if len(intents) == 1:
        return leg(situation, differences)
    snapshot = situation.snapshot
    made: list[Step] = []
    for intent in intents:
        differences = compare(snapshot.cluster.handle, intent.resources, situation.observation.cluster)
        made_of = {key: _Remembering(renderer) for key, renderer in renderers.items()}
        sections, _ = section_pairs(snapshot, situation.observation, intent.sections, made_of)
        situation = replace(situation, intent=intent, sections=sections)
        made += _after(made, leg(situation, differences))
        texts = {router: text for renderer in made_of.values() for router, text in renderer.texts.items()}
        situation = replace(situation, observation=outcome(situation, texts))
    return tuple(replace(step, number=number, wave=number) for number, step in enumerate(made, start=1))


def on_the_way(situation: Situation, renderers: Mapping[str, SectionRenderer]) -> tuple[Intent, ...]:
    """What the legs lead to, the intent of the situation last."""
    first, *others = (*detours(situation), situation.intent)
    stage = reached(situation.snapshot, situation.observation, renderers)
    return (
        *(way(first, _stairs(situation), stage) if stage != FIRST or first.stages else (first,)),
        *(leg for intent in others for leg in (*intent.stages, intent)),
    )


def _stairs(situation: Situation) -> Intent:
    """The design whose stages have been climbed, whatever the cluster's is by now, by the BGPPeers that there are."""
    if situation.before.stages:
        return situation.before
    return TOR_DEFAULT.derive(as_it_runs(situation.snapshot, situation.observation), situation.observation)


def _after(made: Sequence[Step], steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Both sides are checked once, at the very beginning."""
    return steps[1:] if made else steps
