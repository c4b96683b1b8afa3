"""Steps that take routers out of traffic and bring them into it, so that sessions change where nothing goes by them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from netbox_calico.planning.counted import listed
from netbox_calico.planning.model.plan import Gate

from . import gates
from .changed_peers import ChangedPeers
from .draining import Draining, Way
from .sections import add_wave, add_waves
from .situation import Pair, Situation, Steps


def add_turns(steps: Steps, situation: Situation, changed: ChangedPeers, draining: Draining, gate: Gate) -> None:
    """Routers whose sessions restart, one of a rack at a time, each drained meanwhile; ``gate`` sees them up again.

    Those that are idle go first, since they may have to carry their rack when the others go.
    """
    first = changed.only(steps.idle)
    waves = (*first.waves(situation), *changed.without(first).waves(situation))
    for number, wave in enumerate(waves, start=1):
        there = [key for key in wave if draining.texts.get(key)]
        ways = {key: draining.way(key, out=key in there) for key in wave}
        add_wave(steps, situation, _pairs((key, way.out) for key, way in ways.items()), wave, number, 'Drain')
        if there:
            wait_until_idle(steps, situation, there)
        planned = _pairs((key, way.planned) for key, way in ways.items())
        add_wave(steps, situation, planned, wave, number, 'Change drained')
        steps.idle = steps.idle.difference(wave)
        # Taken back, they meet a router that is still the new one.
        steps.add(f'Change BGPPeers (wave {number})', changed.of_wave(wave), gate, replace(gate, idle=wave))
        add_wave(steps, situation, _pairs((key, way.back) for key, way in ways.items()), wave, number, 'Undrain')
        _all_carry(steps, situation, wave)


def add_in(
    steps: Steps, situation: Situation, routers: frozenset[int], busy: Iterable[int], draining: Draining
) -> Mapping[int, Pair]:
    """Those of these routers that are ``busy`` are drained; what configures all of them then, drained still."""
    leaving = frozenset(busy)
    ways = {key: draining.way(key, out=key in leaving) for key in sorted(routers)}
    _drain(steps, situation, {key: ways[key] for key in sorted(leaving)}, routers - leaving)
    return _pairs((key, way.planned) for key, way in ways.items())


def add_back(steps: Steps, situation: Situation, routers: Iterable[int], draining: Draining) -> None:
    """Drained routers whose sessions are up come into traffic."""
    pairs = _pairs((key, draining.way(key, out=False).back) for key in sorted(routers))
    if pairs:
        add_waves(steps, situation, pairs, situation.intent.sessions, situation.intent.racks, 'Undrain')
        _all_carry(steps, situation, pairs)


def add_out(
    steps: Steps, situation: Situation, routers: Iterable[int], draining: Draining, drained: Iterable[int] = ()
) -> Mapping[int, Pair]:
    """These routers are led out of traffic, where ``drained`` are already; what clears them then."""
    ways = {key: draining.way(key, out=True) for key in sorted(routers)}
    _drain(steps, situation, ways, drained)
    return _pairs((key, way.planned) for key, way in ways.items())


def wait_until_idle(steps: Steps, situation: Situation, routers: Sequence[int], others: Iterable[int] = ()) -> None:
    """The racks live without these routers; ``others`` have no traffic yet."""
    names = _names(situation, routers)
    hold = situation.snapshot.cluster.settle_time
    steps.add(
        f'Wait until nothing goes by {names}',
        (),
        gates.idle(f'All racks reach each other without {names}', (*routers, *others), situation.intent.racks, hold),
    )


def _drain(steps: Steps, situation: Situation, ways: Mapping[int, Way], others: Iterable[int]) -> None:
    if ways:
        out = _pairs((key, way.out) for key, way in ways.items())
        add_waves(steps, situation, out, situation.intent.sessions, situation.intent.racks, 'Drain')
        wait_until_idle(steps, situation, tuple(ways), others)


def _all_carry(steps: Steps, situation: Situation, routers: Iterable[int]) -> None:
    names = _names(situation, routers)
    racks, hold = situation.intent.racks, situation.snapshot.cluster.settle_time
    steps.add(f'Prove all routes with {names}', (), gates.all_routes(f'All routes stand with {names}', racks, hold))


def _names(situation: Situation, routers: Iterable[int]) -> str:
    known = {router.id: router.name for router in situation.snapshot.routers}
    return listed((known[key] for key in routers), shown=4)


def _pairs(found: Iterable[tuple[int, Pair | None]]) -> Mapping[int, Pair]:
    return {key: pair for key, pair in found if pair is not None}
