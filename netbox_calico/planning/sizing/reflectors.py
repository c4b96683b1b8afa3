"""Route reflectors in the cluster, all of one rank: one cluster ID, an ID each, or one ID and k of R a client."""

from __future__ import annotations

from math import comb, gcd

from netbox_calico.planning.model.plan import Finding

from .explosion import paths_between
from .limits import AGENT_NODES
from .measured import Kind, measured
from .scale import Scale
from .sized import Role, Sized, Speakers
from .spread import Spread
from .visibility import unseen
from .words import error, note, warning

SINGLE = 'reflectors-single', 'Reflectors, one cluster ID'
MULTI = 'reflectors-multi', 'Reflectors, an ID each'
QUORUM = 'reflectors-quorum', 'Reflectors, quorum'


def single(scale: Scale) -> Sized:
    """Every client peers with all R reflectors, which have N - R clients each and N - 1 sessions."""
    key, label = SINGLE
    speakers = _speakers(scale, scale.reflectors, counted_paths=True)
    findings = list(alone(scale, label))
    if scale.nodes > AGENT_NODES:
        findings.append(
            warning(
                'large-group',
                label,
                f'{scale.nodes:,} nodes around one group of reflectors: above about {AGENT_NODES} nodes take a '
                'hierarchy, or TORs with shared addresses.',
            )
        )
    return Sized(
        key,
        label,
        speakers=speakers,
        sessions=_sessions(scale, scale.reflectors),
        bgp_peers=(peers := groups(scale, sets=1)),
        evaluations=peers * scale.nodes,
        as_numbers=1,
        measured=measured(Kind.ONE_GROUP, scale.nodes),
        findings=(*findings, *unseen(label, speakers)),
    )


def multi(scale: Scale) -> Sized:
    """Every client peers with k of the R reflectors; each has a cluster ID of its own, so they pass every path on."""
    key, label = MULTI
    return _some_each(scale, key, label, (*alone(scale, label), *_exploding(scale, label)), counted_paths=False)


def quorum(scale: Scale) -> Sized:
    """As multi, but of one cluster ID: two clients hear of each other only by a reflector that both have."""
    key, label = QUORUM
    return _some_each(scale, key, label, (*alone(scale, label), *_incomplete(scale, label)), counted_paths=True)


def groups(scale: Scale, sets: int) -> int:
    """BGPPeers: one for every set of reflectors that clients are given, one for the reflectors among themselves."""
    return (sets if scale.nodes > scale.reflectors else 0) + (1 if scale.reflectors > 1 else 0)


def alone(scale: Scale, label: str) -> tuple[Finding, ...]:
    """What is to be said of a single reflector."""
    if scale.reflectors > 1:
        return ()
    return (
        warning('one-reflector', label, 'With one reflector, its failure takes the routes of all nodes: take three.'),
    )


def _some_each(scale: Scale, key: str, label: str, findings: tuple[Finding, ...], *, counted_paths: bool) -> Sized:
    # Dealt out in a circle, k at a time, the reflectors come evenly and in this many sets.
    in_use = scale.reflectors // gcd(scale.reflectors, scale.redundancy)
    speakers = _speakers(scale, scale.redundancy, counted_paths=counted_paths)
    peers = groups(scale, min(in_use, scale.nodes - scale.reflectors))
    return Sized(
        key,
        label,
        speakers=speakers,
        sessions=_sessions(scale, scale.redundancy),
        bgp_peers=peers,
        evaluations=peers * scale.nodes,
        as_numbers=1,
        reflector_sets=comb(scale.reflectors, scale.redundancy),
        findings=(*findings, *unseen(label, speakers)),
    )


def _sessions(scale: Scale, k: int) -> int:
    r = scale.reflectors
    return (k * (scale.nodes - r) + r * (r - 1) // 2) * len(scale.families)


def _speakers(scale: Scale, k: int, *, counted_paths: bool) -> tuple[Speakers, ...]:
    """Clients with k reflectors each, the reflectors with their clients and one another.

    Paths are counted where all reflectors are of one cluster ID: a client of a reflector hears of its other clients, of
    itself and of the other reflectors; a reflector hears of each client from every reflector that the client has.
    """
    r, families = scale.reflectors, len(scale.families)
    clients = scale.nodes - r
    held_by = Spread.even(k * clients, r)
    routes = (scale.nodes - 1) * scale.blocks * families
    a_block = scale.blocks * families
    reflectors = Speakers(
        Role.REFLECTOR,
        held_by.map(lambda of_mine: (of_mine + r - 1) * families),
        routes,
        Spread.same((k * clients + r - 1) * a_block, r) if counted_paths else None,
        held_by,
    )
    if not clients:
        return (reflectors,)
    complete = counted_paths and k == r
    nodes = Speakers(
        Role.NODE,
        Spread.same(k * families, clients),
        routes,
        Spread.same(k * routes, clients) if complete else None,
    )
    return (nodes, reflectors)


def _exploding(scale: Scale, label: str) -> tuple[Finding, ...]:
    r = scale.reflectors
    if r < 3:
        return ()
    paths = paths_between(r)
    if paths <= r:
        return (
            note(
                'paths', label, f'A block that one reflector brings in has {paths} paths at each of the other {r - 1}.'
            ),
        )
    return (
        error(
            'explodes',
            label,
            f'Explodes: reflectors with an ID each pass every path on, so a block that one of the {r} brings in has '
            f'{paths:,} paths at each of the others. Give them one cluster ID, build a hierarchy, or have 3 at most.',
        ),
    )


def _incomplete(scale: Scale, label: str) -> tuple[Finding, ...]:
    r, k = scale.reflectors, scale.redundancy
    if 2 * k > r:
        return ()
    enough = r // 2 + 1
    return (
        error(
            'not-complete',
            label,
            f'Not complete: 2 x {k} = {2 * k} is not more than {r}, so two nodes may have no reflector in common, and '
            f"reflectors of one cluster ID do not pass on each other's clients. Take {enough} of {r} (2 x {enough} = "
            f'{2 * enough}), or {2 * k - 1} reflectors at most.',
        ),
    )
