"""Which paths a speaker prefers and installs: the decision of BIRD and of FRR, multipath included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .world import HalfSession, Path, Software, Speaker

type Ages = Mapping[int, int]
"""How long ago a speaker began to hear from each neighbour, by sender; the oldest has the lowest number."""


def rank(path: Path, halves: Mapping[int, HalfSession], ages: Ages | None = None) -> tuple[object, ...]:
    """The order of preference, best first. Its own before all others, what cannot be resolved last.

    BIRD (``bgp_rte_better``) and FRR (``bgp_path_info_cmp``) agree on all that a world can tell apart. FRR prefers the
    oldest of equal eBGP paths: where no ``ages`` are given the lowest router ID stands for it.
    """
    if path.session < 0:
        return (False, False)
    half = halves[path.session]
    return (
        path.metric is None,
        True,
        -path.local_preference,
        len(path.as_path),
        path.incomplete,
        path.internal,
        path.metric or 0,
        ages[half.sender] if ages is not None and not path.internal else 0,
        path.peer if path.originator is None else path.originator,
        len(path.clusters),
        half.sender,
        half.sender_subnet,
        path.session,
        path.as_path,
        path.clusters,
    )


def installed(speaker: Speaker, ranked: Sequence[Path], halves: Mapping[int, HalfSession]) -> tuple[Path, ...]:
    """The best path and those that it shares its traffic with; none where the best cannot be resolved.

    BIRD merges whatever is equal in preference, length, origin, iBGP or eBGP, and metric, whichever AS numbers are
    in the path. FRR never mixes eBGP and iBGP, and without relax wants the same neighbouring AS (iBGP: the same path).
    """
    if not ranked or ranked[0].metric is None:
        return ()
    best = ranked[0]
    if best.session < 0:
        return (best,)
    level = (best.local_preference, len(best.as_path), best.incomplete, best.internal, best.metric)
    chosen = [best]
    for path in ranked[1:]:
        if (path.local_preference, len(path.as_path), path.incomplete, path.internal, path.metric) != level:
            break
        if speaker.software is Software.BIRD or _shares(speaker, path, best, halves):
            chosen.append(path)
    return tuple(chosen)


def _shares(speaker: Speaker, path: Path, best: Path, halves: Mapping[int, HalfSession]) -> bool:
    if path.internal and not speaker.ibgp_multipath:
        return False
    if speaker.multipath_relax:
        return True
    if path.internal:
        return path.as_path == best.as_path
    return halves[path.session].sender_as == halves[best.session].sender_as
