"""The proof of a plan: every step of it, in every family, or the places where packets would be lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from netbox_calico.planning.artefact import router_target
from netbox_calico.planning.digest import owned_digest
from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.model.intent import Intent
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import Observation, RouterObservation
from netbox_calico.planning.model.plan import Finding, Severity, Step
from netbox_calico.planning.ports import SectionRenderer
from netbox_calico.planning.rollout.encapsulation import POOLS

from .fabric import fabric_of
from .ground import ground_of
from .journey import END, Journey, where
from .memory import Memory
from .sample import sample
from .state import Groups, Sections, State, applied
from .transitions import states_of, stretches
from .treatment import treated
from .whole import look_at_all, tables_of_all


def prove_plan(
    snapshot: Snapshot,
    observation: Observation,
    steps: Sequence[Step],
    intents: Sequence[Intent],
    renderers: Mapping[str, SectionRenderer],
) -> tuple[Finding, ...]:
    """What speaks against these steps. Snapshot and observation are in order.

    ``intents`` are those that the sections of the steps may belong to, the one that they lead to first.
    """
    intent = intents[0]
    start, findings = start_of(snapshot, observation, renderers)
    sections = _sections(steps, intent)
    label, families = snapshot.cluster.rack_label, snapshot.cluster.families
    try:
        end = applied(start, (item for step in steps for item in step.items), sections, label)
        fabrics = {family: fabric_of(snapshot, observation, family) for family in families}
        order = {item.target: step.number for step in reversed(steps) for item in step.items}
        changing = {name for target in order if (name := target.removeprefix(POOLS)) != target}
        kept = sample(snapshot, (start, end), tuple(fabrics.values()), order, changing)
        few = [replace(step, items=tuple(item for item in step.items if kept.has(item.target))) for step in steps]
        sections = {**_between(few, sections, intents, snapshot, observation, renderers), **sections}
        first = kept.state(start)
        states = list(states_of(first, few, sections, label))
        cut = list(stretches(first, few, states))
        alike = treated([first, *states], changing)
        memory = Memory()
        for family in families:
            part, seen = kept.snapshot(snapshot), kept.observation(observation)
            ground = ground_of(part, seen, family, kept.fabric(fabrics[family]), changing, alike)
            handle, of_all = snapshot.cluster.handle, kept.of == len(kept.nodes)
            journey = Journey(ground, steps, first, cut, memory, intents, handle, of_all=of_all)
            findings += (*fabrics[family].findings, *journey.findings())
            if not of_all and family == families[0]:
                whole = ground_of(snapshot, observation, family, fabrics[family], changing, alike)
                for fullest in journey.fullest(states):
                    items = (item for step in steps[: fullest + 1] for item in step.items)
                    findings += tables_of_all(whole, applied(start, items, sections, label), where(steps[fullest]))
                findings += look_at_all(whole, end, END)
    except InvalidInput:
        # The checks say which resource cannot be read.
        return ()
    return tuple(dict.fromkeys(findings))


def start_of(
    snapshot: Snapshot, observation: Observation, renderers: Mapping[str, SectionRenderer]
) -> tuple[State, list[Finding]]:
    """What was observed on both sides."""
    groups: dict[int, Groups] = {}
    findings: list[Finding] = []
    for router, renderer in _carrying(snapshot, observation, renderers):
        try:
            groups[router.router] = renderer.groups(router.section)
        except InvalidInput as exc:
            findings.append(
                Finding(
                    Severity.WARNING,
                    'proof-section-changed',
                    router.name,
                    f'{router.name}: {exc} The proof takes its sessions with the nodes to be down until then.',
                )
            )
    return State(observation.cluster, groups), findings


def _sections(steps: Sequence[Step], intent: Intent) -> Sections:
    """The last that a plan sends to a router is the section of its intent."""
    wanted = {router_target(section.router): section.groups for section in intent.sections}
    last = {item.target: item.after for step in steps for item in step.items if item.target in wanted}
    return {(target, after): wanted[target] for target, after in last.items() if after}


def _between(
    steps: Sequence[Step],
    known: Sections,
    intents: Iterable[Intent],
    snapshot: Snapshot,
    observation: Observation,
    renderers: Mapping[str, SectionRenderer],
) -> Sections:
    """What routers carry on the way, where a plan sends more to one than is ``known``: also drained, as they are or
    will be. Nothing is rendered that is not asked for."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for target, after in {(item.target, item.after) for step in steps for item in step.items} - known.keys():
        wanted[target].add(after)
    found: dict[tuple[str, str], Groups] = {}
    for section in (section for intent in intents for section in intent.sections):
        target, renderer = router_target(section.router), renderers.get(section.profile.template_set)
        for carried in (section, section.drained):
            if wanted[target] and renderer is not None:
                digest = owned_digest(renderer.change('', carried).after)
                if digest in wanted[target]:
                    wanted[target].remove(digest)
                    found[target, digest] = carried.groups
    for router, renderer in _carrying(snapshot, observation, renderers):
        target = router_target(router.router)
        if wanted[target]:
            text = renderer.drain(router.section).after
            with suppress(InvalidInput):
                found.setdefault((target, owned_digest(text)), renderer.groups(text))
    return found


def _carrying(
    snapshot: Snapshot, observation: Observation, renderers: Mapping[str, SectionRenderer]
) -> Iterator[tuple[RouterObservation, SectionRenderer]]:
    """The routers that carry something of ours, with who reads it."""
    profiles = {router.id: router.profile for router in snapshot.routers}
    for router in observation.routers:
        profile = profiles.get(router.router)
        renderer = renderers.get(profile.template_set) if profile else None
        if router.section and renderer is not None:
            yield router, renderer
