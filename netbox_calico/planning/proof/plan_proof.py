"""The proof of a plan: every step of it, in every family, or the places where packets would be lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from netbox_calico.planning.artefact import router_target
from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.model.intent import Intent
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import Observation
from netbox_calico.planning.model.plan import Finding, Severity, Step
from netbox_calico.planning.ports import SectionRenderer

from .borrowed import returned
from .build import Built, build
from .fabric import fabric_of
from .ground import Ground, ground_of
from .known import Known
from .memory import Memory
from .outcome import Flag, Verdict
from .prove import Proof
from .report import Report
from .sample import sample
from .state import Groups, Sections, State, applied
from .transitions import Stretch, mixture, states_of, stretches
from .whole import of_the_whole
from .world import Role, World

_LOST = Flag.BLACKHOLE | Flag.LOOP
_BAD = _LOST | Flag.HAIRPIN | Flag.BY_DEFAULT


def prove_plan(
    snapshot: Snapshot,
    observation: Observation,
    steps: Sequence[Step],
    intent: Intent,
    renderers: Mapping[str, SectionRenderer],
) -> tuple[Finding, ...]:
    """What speaks against these steps. Snapshot and observation are in order; sections lead to those of ``intent``."""
    start, findings = _start(snapshot, observation, renderers)
    sections = _sections(steps, intent)
    label, families = snapshot.cluster.rack_label, snapshot.cluster.families
    try:
        end = applied(start, (item for step in steps for item in step.items), sections, label)
        fabrics = {family: fabric_of(snapshot, observation, family) for family in families}
        order = {item.target: step.number for step in reversed(steps) for item in step.items}
        kept = sample(snapshot, (start, end), tuple(fabrics.values()), order)
        few = [replace(step, items=tuple(item for item in step.items if kept.has(item.target))) for step in steps]
        first = kept.state(start)
        states = list(states_of(first, few, sections, label))
        cut = list(stretches(first, few, states))
        memory = Memory()
        for family in families:
            part, seen = kept.snapshot(snapshot), kept.observation(observation)
            ground = ground_of(part, seen, family, kept.fabric(fabrics[family]))
            journey = _Journey(ground, steps, first, cut, memory, intent)
            findings += (*fabrics[family].findings, *journey.findings())
            if kept.of > len(kept.nodes):
                fullest = max(range(len(steps)), key=lambda number: journey.fullness(states[number]))
                whole = ground_of(snapshot, observation, family, fabrics[family])
                until = applied(start, (item for step in steps[: fullest + 1] for item in step.items), sections, label)
                findings += of_the_whole(whole, until, _where(steps[fullest]), end, 'the end of the plan')
    except InvalidInput:
        # The checks say which resource cannot be read.
        return ()
    return tuple(dict.fromkeys(findings))


def _start(
    snapshot: Snapshot, observation: Observation, renderers: Mapping[str, SectionRenderer]
) -> tuple[State, list[Finding]]:
    """What was observed on both sides."""
    profiles = {router.id: router.profile for router in snapshot.routers}
    groups: dict[int, Groups] = {}
    findings: list[Finding] = []
    for router in observation.routers:
        profile = profiles.get(router.router)
        renderer = renderers.get(profile.template_set) if profile else None
        if not router.section or renderer is None:
            continue
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


class _Journey:
    """The states of a plan in one family, from its start to its end."""

    def __init__(
        self,
        ground: Ground,
        steps: Sequence[Step],
        first: State,
        cut: Sequence[Stretch],
        memory: Memory,
        intent: Intent,
    ) -> None:
        self._ground, self._steps, self._cut, self._memory, self._intent = ground, steps, cut, memory, intent
        self._built: dict[int, Built] = {}
        self._first = self._build(first)
        self._last = self._build(cut[-1].states[-1]) if cut else self._first
        self._start = Known(memory, self._first.world)
        self._told: set[tuple[Flag, str]] = set()

    def _build(self, state: State) -> Built:
        found = self._built.get(id(state))
        if found is None:
            found = self._built[id(state)] = build(self._ground, state)
        return found

    def fullness(self, state: State) -> int:
        """How many routes nodes bring each other by the mesh, to tell in which state they are most."""
        world = self._build(state).world
        meshed = {index for index, speaker in enumerate(world.speakers) if speaker.mesh}
        return len(meshed) * sum(half.receiver in meshed for half in world.sessions)

    def findings(self) -> Iterator[Finding]:
        """What goes wrong, by the first step in which it does."""
        yield from self._last.findings
        for stretch in self._cut:
            built = [self._build(state) for state in stretch.states]
            worlds = mixture(built)
            if len(worlds) > 1:
                yield from self._stretch(stretch, built, worlds)
        yield from self._end()

    def _report(self, where: str) -> Report:
        by_default = any(
            not prefix.prefixlen
            for section in self._intent.sections
            for group in section.groups
            for prefix in group.announced
        )
        return Report(where, self._ground.family, self._ground.kinds.titles, by_default=by_default)

    def _stretch(self, stretch: Stretch, built: Sequence[Built], worlds: Sequence[World]) -> Iterator[Finding]:
        report = self._report(_where(self._steps[stretch.steps[-1]]))
        proof = self._memory.prove(worlds)
        yield from report.unsettled(worlds, (*proof.unsettled, *proof.explosions))
        ends = [Known(self._memory, found.world) for found in (built[0], built[-1])]
        yield from self._tell(report, worlds, proof, ends)

    def _tell(self, report: Report, worlds: Sequence[World], proof: Proof, ends: Sequence[Known]) -> Iterator[Finding]:
        bad = []
        for verdict in proof.verdicts:
            flags = verdict.flags & _BAD
            if not flags:
                continue
            source = worlds[0].speakers[verdict.source]
            if source.role is Role.NODE:
                flags &= ~self._start.flags(verdict)
            elif source.role is Role.TOR or any(end.flags(verdict) & _LOST for end in ends):
                continue
            else:
                # A router announces a service once it has it itself, so what comes to it makes no circle.
                flags &= Flag.BLACKHOLE
            fresh = Flag(0)
            for flag in flags:
                if (flag, verdict.kind) not in self._told:
                    fresh |= flag
            if fresh:
                bad.append((verdict, fresh))
        self._told |= {(flag, verdict.kind) for verdict, flags in bad for flag in flags}
        yield from report.verdicts(worlds, proof, bad, known=False)

    def _end(self) -> Iterator[Finding]:
        """What is lost in the end: also what was from the start, and what outside does not reach of what it should."""
        world = self._last.world
        proof = self._memory.prove((world,))
        report = self._report('the end of the plan')
        yield from report.unsettled((world,), (*proof.unsettled, *proof.explosions))
        served = not self._intent.mesh and any(
            world.speakers[half.sender].role is Role.NODE and world.speakers[half.receiver].role is not Role.NODE
            for half in world.sessions
        )
        known: list[tuple[Verdict, Flag]] = []
        fresh: list[tuple[Verdict, Flag]] = []
        for verdict in proof.verdicts:
            flags = verdict.flags & _LOST
            role = world.speakers[verdict.source].role
            if not flags or role is Role.TOR:
                continue
            if role is Role.NODE:
                (known if self._start.flags(verdict) & _LOST else fresh).append((verdict, flags))
            elif served:
                fresh.append((verdict, flags))
        yield from report.verdicts((world,), proof, known, known=True)
        untold = [
            (verdict, flags)
            for verdict, flags in fresh
            if not all((flag, verdict.kind) in self._told for flag in flags)
        ]
        yield from report.verdicts((world,), proof, untold, known=False)
        yield from report.returned(world, returned(world))


def _where(step: Step) -> str:
    return f'step {step.number}: {step.title}'
