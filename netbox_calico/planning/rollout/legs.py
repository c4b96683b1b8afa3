"""A plan in legs, where stages lie between here and there: each leg starts from what the one before leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from netbox_calico.planning.designs.shared_address import as_it_runs
from netbox_calico.planning.designs.tor_default import TOR_DEFAULT
from netbox_calico.planning.diff import Differences, compare
from netbox_calico.planning.model.intent import Intent, PeerGroup, RouterSection
from netbox_calico.planning.model.plan import Finding, Step
from netbox_calico.planning.ports import SectionChange, SectionRenderer

from .detours import detours
from .outcome import outcome
from .sections import section_pairs
from .situation import Situation
from .stages import FIRST, reached, way

type Leg = Callable[[Situation, Differences], tuple[Step, ...]]


@dataclass(frozen=True, slots=True)
class _Noting:
    """A renderer that notes what each router carries after its change, and renders none that is carried already."""

    renderer: SectionRenderer
    sections: dict[int, RouterSection] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)

    def change(self, observed: str, wanted: RouterSection) -> SectionChange:
        if self.sections.get(wanted.router) == wanted:
            return SectionChange(observed, observed, artefact='', undo='', diff='')
        change = self.renderer.change(observed, wanted)
        self.sections[wanted.router], self.texts[wanted.router] = wanted, change.after
        return change

    def drain(self, observed: str) -> SectionChange:
        return self.renderer.drain(observed)

    def groups(self, section: str) -> tuple[PeerGroup, ...]:
        return self.renderer.groups(section)


def with_legs(situation: Situation, renderers: Mapping[str, SectionRenderer]) -> tuple[Situation, tuple[Finding, ...]]:
    """The situation with a situation for each of its legs, and which sections of its intent cannot be rendered.

    What routers carry after the legs before is known, so that nothing is rendered for a way that nobody goes.
    """
    legs: list[Situation] = []
    refusals: list[tuple[Finding, ...]] = []
    leg, intents = situation, _on_the_way(situation, renderers)
    made_of = {key: _Noting(renderer) for key, renderer in renderers.items()}
    for intent in intents:
        sections, refused = section_pairs(leg.snapshot, leg.observation, intent.sections, made_of)
        refusals.append(refused)
        leg = replace(leg, intent=intent, sections=sections)
        legs.append(leg)
        if len(legs) < len(intents):
            made = [section for renderer in made_of.values() for section in renderer.sections.values()]
            texts = {router: text for renderer in made_of.values() for router, text in renderer.texts.items()}
            sent = {section.router: section.groups for section in made}
            leg = replace(leg, observation=outcome(leg, texts), sent=sent)
    refused = refusals[-1]
    if refusals[0]:
        # What is on a router may be the reason, and is no longer there on the last leg.
        _, refused = section_pairs(situation.snapshot, situation.observation, situation.intent.sections, renderers)
    return replace(situation, legs=tuple(legs)), refused


def by_mesh(situation: Situation, renderers: Mapping[str, SectionRenderer]) -> Situation:
    """The same under the mesh, which may lead through other legs."""
    situation = replace(situation, under_mesh=True)
    if _on_the_way(situation, renderers) == tuple(leg.intent for leg in situation.legs):
        return situation
    return with_legs(situation, renderers)[0]


def in_legs(situation: Situation, take: Leg) -> tuple[Step, ...]:
    """The steps of all legs, numbered through."""
    made: list[Step] = []
    for leg in situation.legs:
        differences = compare(leg.snapshot.cluster.handle, leg.intent.resources, leg.observation.cluster)
        made += _after(made, take(replace(leg, under_mesh=situation.under_mesh), differences))
    return tuple(replace(step, number=number, wave=number) for number, step in enumerate(made, start=1))


def _on_the_way(situation: Situation, renderers: Mapping[str, SectionRenderer]) -> tuple[Intent, ...]:
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
