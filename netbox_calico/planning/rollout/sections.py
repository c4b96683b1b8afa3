"""Router sections: which have to change, and in which waves.

Never two routers of one rack in one wave, so that a bad section leaves every rack one router; one router alone comes
first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from netbox_calico.planning import artefact
from netbox_calico.planning.digest import owned_digest
from netbox_calico.planning.model.intent import RouterSection, Session
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import RouterObservation
from netbox_calico.planning.model.plan import Gate, GateKind, Item, Operation
from netbox_calico.planning.ports import SectionRenderer

from .situation import Pair, Situation, Steps

_CONFIRM_SHARE = 2 / 3
"""How much of the commit timer a wave's gate may take, so that a failed one is taken back by us and in order."""


def section_pairs(situation: Situation, sections: Iterable[RouterSection]) -> dict[int, Pair]:
    """The items of those routers whose section differs; routers that could not be read have none."""
    found: dict[int, Pair] = {}
    for section in sections:
        observed = situation.routers.get(section.router)
        renderer = situation.renderers.get(section.profile.template_set)
        if observed is not None and renderer is not None:
            pair = _pair(section, observed, renderer)
            if pair is not None:
                found[section.router] = pair
    return found


def emptied(situation: Situation, kept: Iterable[int]) -> tuple[RouterSection, ...]:
    """Sections without groups for the routers that carry something of ours and should not."""
    keep = frozenset(kept)
    seen = situation.routers
    return tuple(
        RouterSection(router.id, router.name, router.asn or 0, situation.snapshot.cluster.handle, router.profile, ())
        for router in sorted(situation.snapshot.routers, key=lambda router: (router.name, router.id))
        if router.id not in keep and router.id in seen and seen[router.id].section and router.profile is not None
    )


def _pair(section: RouterSection, observed: RouterObservation, renderer: SectionRenderer) -> Pair | None:
    change = renderer.change(observed.section, section)
    if not change.artefact:
        return None
    operation = Operation.DELETE if not section.groups else Operation.UPDATE if change.before else Operation.CREATE
    reverse = {Operation.DELETE: Operation.CREATE, Operation.CREATE: Operation.DELETE}.get(operation, operation)
    before, after = owned_digest(change.before), owned_digest(change.after)
    target = artefact.router_target(section.router)
    do = Item(target, section.name, operation, change.artefact, change.diff, change.changes, before, after)
    return do, Item(target, section.name, reverse, change.undo, '', (), after, before)


def waves(
    routers: Iterable[int], sessions: Iterable[Session], racks: Sequence[str], snapshot: Snapshot
) -> tuple[tuple[int, ...], ...]:
    """Routers in waves: one of the canary rack; the first of every other rack; the second of all; and so on."""
    names = {router.id: (router.name, router.id) for router in snapshot.routers}
    serving: dict[str, set[int]] = defaultdict(set)
    for router in snapshot.routers:
        for rack in router.tied_racks or ((router.rack.id,) if router.rack else ()):
            serving[f'#{rack}'].add(router.id)
    for session in sessions:
        serving[session.rack].add(session.router)
    place: dict[int, tuple[int, int]] = {}
    racks_of: dict[int, set[str]] = defaultdict(set)
    order = {rack: number for number, rack in enumerate(racks)}
    for rack, members in serving.items():
        for position, router in enumerate(sorted(members, key=lambda key: names[key])):
            racks_of[router].add(rack)
            here = (position, order.get(rack, len(order)))
            place[router] = min(place.get(router, here), here)
    ordered = sorted(routers, key=lambda key: (place.get(key, (0, len(order))), names[key]))
    made: list[list[int]] = [ordered[:1]]
    for router in ordered[1:]:
        wave = 1 + place.get(router, (0, 0))[0]
        while wave < len(made) and any(racks_of[router] & racks_of[other] for other in made[wave]):
            wave += 1
        while len(made) <= wave:
            made.append([])
        made[wave].append(router)
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
    profiles = {router.id: router.profile for router in situation.snapshot.routers}
    for number, wave in enumerate(waves(pairs, sessions, racks, situation.snapshot), start=1):
        limits = [profile.confirm_seconds for key in wave if (profile := profiles[key]) is not None]
        names = _some([pairs[key][0].label for key in wave])
        timeout = int(min(limits) * _CONFIRM_SHARE)
        steps.add(
            f'{verb} {names}',
            (pairs[key] for key in wave),
            _gate(
                f'{names} read back as planned, other neighbours as before (wave {number}, {verb.lower()})',
                timeout,
                wave,
            ),
            _gate(
                f'{names} read back as it was, other neighbours as before (wave {number}, {verb.lower()})',
                timeout,
                wave,
            ),
        )


def _gate(title: str, timeout: int, routers: tuple[int, ...]) -> Gate:
    return Gate(GateKind.ROUTERS, title, timeout=timeout, routers=routers)


def _some(names: Sequence[str], shown: int = 4) -> str:
    more = len(names) - shown
    return ', '.join(names[:shown]) + (f' and {more} more' if more > 0 else '')
