"""The verdicts of one prefix over several states: computed in each, walked over the union."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .forwarding import Ways
from .outcome import Flag, Verdict
from .prefix import Prefix, service
from .walk import walk
from .world import Role


def of_block(states: Sequence[Ways], kind: str, owner: int) -> Iterator[Verdict]:
    """From every speaker to a block of ``owner``, over the states in which it is announced. May raise ``Unsettled``."""
    present = [state for state in states if kind in state.world.speakers[owner].blocks]
    yield from _walked(present, Prefix(kind, (owner,), owner), [Prefix(kind, (owner,), owner)] * len(present))


def of_service(states: Sequence[Ways], kind: str) -> Iterator[Verdict]:
    """From every router and from outside to a service: on a node it is reached without any route."""
    prefixes = [service(state.world, kind) for state in states]
    present = [(state, prefix) for state, prefix in zip(states, prefixes, strict=True) if prefix.origins]
    origins = tuple(sorted({origin for _, prefix in present for origin in prefix.origins}))
    for verdict in _walked([state for state, _ in present], Prefix(kind, origins), [prefix for _, prefix in present]):
        if states[0].world.speakers[verdict.source].role is not Role.NODE:
            yield verdict


def _walked(states: Sequence[Ways], whole: Prefix, prefixes: Sequence[Prefix]) -> Iterator[Verdict]:
    forwardings = [state.to(prefix) for state, prefix in zip(states, prefixes, strict=True)]
    flags = walk([state.world for state in states], whole.origins, forwardings)
    for source in range(len(flags)):
        if source not in whole.origins and any(_sends(state, source) for state in states):
            yield Verdict(whole.kind, whole.owner, source, Flag(flags[source]))


def _sends(state: Ways, source: int) -> bool:
    return state.world.speakers[source].present
