"""One family's way through a plan: the worlds between its moments of rest, and what goes wrong in them first."""

from __future__ import annotations

import functools
import operator
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from netbox_calico.planning.model.intent import Intent
from netbox_calico.planning.model.plan import Finding, Step
from netbox_calico.planning.naming import REFLECTOR_ANNOTATION, is_reflector_id

from .borrowed import returned
from .build import Built, build
from .forecast import growths
from .ground import Ground, node_key
from .known import Known
from .memory import Memory
from .outcome import Flag, Verdict
from .prefix import without_services
from .report import Bad, Report, So
from .state import State
from .transitions import Stretch, mixture
from .world import Role, World

END = 'the end of the plan'

_LOST = Flag.BLACKHOLE | Flag.LOOP
_BAD = _LOST | Flag.HAIRPIN | Flag.BY_DEFAULT


class Journey:
    """The states of a plan in one family, from its start to its end; ``of_all`` says that these are all its nodes."""

    def __init__(
        self,
        ground: Ground,
        steps: Sequence[Step],
        first: State,
        cut: Sequence[Stretch],
        memory: Memory,
        intents: Sequence[Intent],
        handle: str,
        *,
        of_all: bool,
    ) -> None:
        self._ground, self._steps, self._cut, self._memory = ground, steps, cut, memory
        self._intents, self._handle, self._of_all = intents, handle, of_all
        states = {id(state): state for state in (first, *(state for stretch in cut for state in stretch.states))}
        self._built = _unserved({key: build(ground, state) for key, state in states.items()})
        self._first = self._build(first)
        self._last = self._build(cut[-1].states[-1]) if cut else self._first
        self._told: set[tuple[So, Flag, str]] = set()

    def _build(self, state: State) -> Built:
        return self._built[id(state)]

    def fullest(self, states: Sequence[State]) -> list[int]:
        """Which of these states first have most paths to a prefix, by one cause or another, and more than the last."""
        by_cause: dict[str, list[int]] = defaultdict(lambda: [0] * len(states))
        for number, state in enumerate(states):
            for _, cause, paths in growths(self._build(state).world):
                by_cause[cause][number] = max(paths, by_cause[cause][number])
        return sorted({paths.index(max(paths)) for paths in by_cause.values() if max(paths) > paths[-1]})

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
        by_default = any(intent.default_route for intent in self._intents)
        homeward = self._intents[0].mesh and not all(intent.mesh for intent in self._intents)
        names = self._ground.kinds.titles
        return Report(where, self._ground.family, names, by_default=by_default, homeward=homeward, of_all=self._of_all)

    def _stretch(self, stretch: Stretch, built: Sequence[Built], worlds: Sequence[World]) -> Iterator[Finding]:
        report = self._report(where(self._steps[stretch.steps[-1]]))
        proof = self._memory.prove(worlds)
        yield from report.unsettled(worlds, (*proof.unsettled, *proof.explosions))
        before, after = (Known(self._memory, found.world) for found in (built[0], built[-1]))
        roles = self._changing_roles(stretch)
        bad: dict[So, list[Bad]] = {So.NEW: [], So.OF_A_REFLECTOR: []}
        for verdict in proof.verdicts:
            flags = self._harm(verdict, before, after)
            source = So.OF_A_REFLECTOR if roles & {verdict.source, verdict.origin} else So.NEW
            fresh = functools.reduce(
                operator.or_, (flag for flag in flags if (source, flag, verdict.kind) not in self._told), Flag(0)
            )
            if fresh:
                bad[source].append((verdict, fresh))
        self._told |= {
            (source, flag, verdict.kind) for source, found in bad.items() for verdict, flags in found for flag in flags
        }
        for source, found in bad.items():
            yield from report.verdicts(worlds, proof, found, so=source)

    def _harm(self, verdict: Verdict, before: Known, after: Known) -> Flag:
        """What befalls packets on the way, that did not before."""
        flags = verdict.flags & _BAD
        role = self._first.world.speakers[verdict.source].role
        if not flags or role is Role.TOR:
            return Flag(0)
        was = before.flags(verdict)
        if role is Role.NODE:
            return flags & ~(was | _LOST if was & _LOST else was)
        # A router announces a service once it has it itself, so what comes to it makes no circle.
        return Flag(0) if (was | after.flags(verdict)) & _LOST else flags & Flag.BLACKHOLE

    def _changing_roles(self, stretch: Stretch) -> frozenset[int]:
        """The nodes that become or cease to be reflectors in it: all their sessions start anew that very moment."""
        ids = [
            {node.name: node.annotations.get(REFLECTOR_ANNOTATION, '') for node in state.cluster.nodes}
            for state in (stretch.states[0], stretch.states[-1])
        ]
        names = [
            name
            for name, was in ids[0].items()
            if was != (will := ids[1].get(name, '')) and any(is_reflector_id(self._handle, one) for one in (was, will))
        ]
        return frozenset(self._ground.index[key] for key in map(node_key, names) if key in self._ground.index)

    def _end(self) -> Iterator[Finding]:
        """What is lost in the end: also what was from the start, and what outside does not reach of what it should."""
        world = self._last.world
        proof, report = self._memory.prove((world,)), self._report(END)
        start = Known(self._memory, self._first.world)
        yield from report.unsettled((world,), (*proof.unsettled, *proof.explosions))
        served = not self._intents[0].mesh and _serves(world)
        hearing = {half.receiver for half in world.sessions}
        known: list[Bad] = []
        fresh: list[Bad] = []
        for verdict in proof.verdicts:
            flags, role = verdict.flags & _LOST, world.speakers[verdict.source].role
            if not flags or role is Role.TOR:
                continue
            if role is Role.NODE and start.flags(verdict) & _LOST:
                known.append((verdict, flags))
            elif (role is Role.NODE or (served and verdict.source in hearing)) and not all(
                (So.NEW, flag, verdict.kind) in self._told for flag in flags
            ):
                fresh.append((verdict, flags))
        yield from report.verdicts((world,), proof, known, so=So.BEFORE)
        yield from report.verdicts((world,), proof, fresh)
        yield from report.returned(world, returned(world))


def _serves(world: World) -> bool:
    """Whether what nodes announce comes to routers that carry packets, by themselves or by what reflectors let out."""
    roles = [speaker.role for speaker in world.speakers]
    marked: dict[int, bool] = {}
    for half in world.sessions:
        if roles[half.sender] is Role.NODE and roles[half.receiver] is not Role.NODE:
            if roles[half.receiver] is not Role.REFLECTOR:
                return True
            marked[half.receiver] = half.no_export
    return any(
        half.sender in marked
        and roles[half.receiver] is not Role.NODE
        and not (marked[half.sender] and half.sender_as != half.receiver_as)
        for half in world.sessions
    )


def _unserved(built: Mapping[int, Built]) -> Mapping[int, Built]:
    """Where no router ever hears of services nobody needs their routes."""
    if any(_serves(found.world) for found in built.values()):
        return built
    return {key: replace(found, world=without_services(found.world)) for key, found in built.items()}


def where(step: Step) -> str:
    """A step, as findings call it."""
    return f'step {step.number}: {step.title}'
