"""Router sections: which have to change, and in which waves.

Never two routers of one rack in one wave, so that a bad section leaves every rack one router; one router alone comes
first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence

from netbox_calico.planning import artefact
from netbox_calico.planning.counted import listed
from netbox_calico.planning.digest import owned_digest
from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.item import reverse
from netbox_calico.planning.model.intent import RouterSection, Session
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import Observation, RouterObservation
from netbox_calico.planning.model.plan import Finding, Gate, GateKind, Item, Operation, Severity
from netbox_calico.planning.ports import SectionChange, SectionRenderer

from .situation import Pair, Situation, Steps

_CONFIRM_SHARE = 2 / 3
"""How much of the commit timer a wave's gate may take, so that a failed one is taken back by us and in order."""


def section_pairs(
    snapshot: Snapshot,
    observation: Observation,
    wanted: Iterable[RouterSection],
    renderers: Mapping[str, SectionRenderer],
) -> tuple[Mapping[int, Pair], tuple[Finding, ...]]:
    """The items of those routers whose section differs from what is wanted, by key, and what cannot be rendered.

    A router that carries something of ours and is not wanted loses it; one that could not be read has no item.
    """
    seen = {router.router: router for router in observation.routers if not router.error}
    sections = {section.router: section for section in wanted}
    pairs: dict[int, Pair] = {}
    findings: list[Finding] = []
    for section in (*sections.values(), *_emptied(snapshot, seen, sections)):
        observed, renderer = seen.get(section.router), renderers.get(section.profile.template_set)
        if observed is None or renderer is None:
            continue
        try:
            pair = _pair(section, observed, renderer)
        except InvalidInput as exc:
            findings.append(Finding(Severity.ERROR, 'section-refused', section.name, str(exc)))
            continue
        if pair is not None:
            pairs[section.router] = pair
    return pairs, tuple(findings)


def _emptied(
    snapshot: Snapshot, seen: Mapping[int, RouterObservation], kept: Container[int]
) -> tuple[RouterSection, ...]:
    handle = snapshot.cluster.handle
    return tuple(
        RouterSection(router.id, router.name, router.asn or 0, handle, router.profile, ())
        for router in snapshot.routers
        if router.id not in kept and router.id in seen and seen[router.id].section and router.profile is not None
    )


def _pair(section: RouterSection, observed: RouterObservation, renderer: SectionRenderer) -> Pair | None:
    return pair_of(section.router, section.name, renderer.change(observed.section, section))


def pair_of(router: int, name: str, change: SectionChange) -> Pair | None:
    """The items of a change of a router's section; None where it changes nothing."""
    if not change.artefact:
        return None
    operation = Operation.DELETE if not change.after else Operation.UPDATE if change.before else Operation.CREATE
    do = Item(
        target=artefact.router_target(router),
        label=name,
        operation=operation,
        artefact=change.artefact,
        diff=change.diff,
        changes=change.changes,
        before=owned_digest(change.before),
        after=owned_digest(change.after),
    )
    return do, reverse(do, change.undo)


def waves(
    routers: Iterable[int], sessions: Iterable[Session], racks: Sequence[str], snapshot: Snapshot
) -> tuple[tuple[int, ...], ...]:
    """Routers in waves: one of the canary rack; the first of every other rack; the second of all; and so on."""
    routers = frozenset(routers)
    if not routers:
        return ()
    names = {router.id: (router.name, router.id) for router in snapshot.routers}
    serving: dict[str, set[int]] = defaultdict(set)
    for router in snapshot.routers:
        for place_id in router.tied_racks or ((router.rack.id,) if router.rack else ()):
            serving[f'#{place_id}'].add(router.id)
    for session in sessions:
        serving[session.rack].add(session.router)
    place: dict[int, tuple[int, int]] = {}
    racks_of: dict[int, set[str]] = defaultdict(set)
    order = {rack: number for number, rack in enumerate(racks)}
    for rack, members in serving.items():
        for position, key in enumerate(sorted(members, key=lambda member: names[member])):
            racks_of[key].add(rack)
            here = (position, order.get(rack, len(order)))
            place[key] = min(place.get(key, here), here)
    ordered = sorted(routers, key=lambda key: (place.get(key, (0, len(order))), names[key]))
    made: list[list[int]] = [ordered[:1]]
    for key in ordered[1:]:
        wave = 1 + place.get(key, (0, 0))[0]
        while wave < len(made) and any(racks_of[key] & racks_of[other] for other in made[wave]):
            wave += 1
        while len(made) <= wave:
            made.append([])
        made[wave].append(key)
    return tuple(tuple(wave) for wave in made if wave)


def add_waves(
    steps: Steps,
    situation: Situation,
    pairs: Mapping[int, Pair],
    sessions: Iterable[Session],
    racks: Sequence[str],
    verb: str,
) -> None:
    """Steps for these routers, wave by wave, each behind the routers' own gate."""
    for number, wave in enumerate(waves(pairs, sessions, racks, situation.snapshot), start=1):
        add_wave(steps, situation, pairs, wave, number, verb)


def add_wave(
    steps: Steps, situation: Situation, pairs: Mapping[int, Pair], wave: Iterable[int], number: int, verb: str
) -> None:
    """One step for those of these routers that have something to be changed."""
    profiles = {router.id: router.profile for router in situation.snapshot.routers}
    changed = tuple(key for key in wave if key in pairs)
    if not changed:
        return
    limits = [profile.confirm_seconds for key in changed if (profile := profiles[key]) is not None]
    names = listed((pairs[key][0].label for key in changed), shown=4)
    timeout = int(min(limits) * _CONFIRM_SHARE)
    steps.add(
        f'{verb} {names}{situation.note}',
        (pairs[key] for key in changed),
        _gate(
            f'{names} read back as planned, other neighbours as before (wave {number}, {verb.lower()}){situation.note}',
            timeout,
            changed,
        ),
        _gate(
            f'{names} read back as it was, other neighbours as before (wave {number}, {verb.lower()}){situation.note}',
            timeout,
            changed,
        ),
    )


def _gate(title: str, timeout: int, routers: tuple[int, ...]) -> Gate:
    return Gate(GateKind.ROUTERS, title, timeout=timeout, routers=routers)
