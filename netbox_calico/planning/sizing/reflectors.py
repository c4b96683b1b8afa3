"""Route reflectors in the cluster, all of one rank: one cluster ID, an ID each, or one ID and k of R a client."""

from __future__ import annotations

from math import comb

from netbox_calico.planning.explosion import paths_between
from netbox_calico.planning.model.plan import Finding

from .limits import AGENT_NODES
from .measured import Kind, measured
from .scale import Scale
from .sized import Role, Sized, Speakers
from .spread import Spread
from .visibility import unseen
from .words import error, note, warning

SINGLE = 'reflectors', 'Reflectors, one cluster ID'
MULTI = 'reflectors-multi', 'Reflectors, an ID each'
QUORUM = 'reflectors-quorum', 'Reflectors, quorum'

COUNTED = 25
"""Reflectors to which the paths between them are counted out; with more there are more."""

GROUPS = 2
"""BGPPeers of one group: from the clients to the reflectors, and among these."""

BESIDE_SETS = 2
"""BGPPeers beside one a reflector (for it and the next k - 1): among these, and for nodes that have just joined."""


def single(scale: Scale) -> Sized:
    """Every client peers with all R reflectors, which have N - R clients each and N - 1 sessions.

    Reflectors tell each other their own routes only: of clients each hears itself.
    """
    key, label = SINGLE
    speakers = _speakers(scale, scale.reflectors, scale.nodes - 1)
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
        bgp_peers=GROUPS,
        evaluations=GROUPS * scale.nodes,
        as_numbers=1,
        measured=measured(Kind.ONE_GROUP, scale.nodes),
        findings=(*findings, *unseen(label, speakers)),
    )


def multi(scale: Scale) -> Sized:
    """Every client peers with k of the R reflectors; each has a cluster ID of its own, so they pass every path on."""
    key, label = MULTI
    return _some_each(scale, key, label, (*alone(scale, label), *_exploding(scale, label)), None)


def quorum(scale: Scale) -> Sized:
    """As multi, but of one cluster ID: two clients hear of each other only by a reflector that both have.

    A reflector has no other way to those that are not its clients, so these tell each other of their clients too, and
    each hears of a client as often as that has reflectors.
    """
    key, label = QUORUM
    known = scale.redundancy * (scale.nodes - scale.reflectors) + scale.reflectors - 1
    return _some_each(scale, key, label, (*alone(scale, label), *_incomplete(scale, label)), known)


def alone(scale: Scale, label: str) -> tuple[Finding, ...]:
    """What is to be said of a single reflector."""
    if scale.reflectors > 1:
        return ()
    return (
        warning('one-reflector', label, 'With one reflector, its failure takes the routes of all nodes: take three.'),
    )


def _some_each(scale: Scale, key: str, label: str, findings: tuple[Finding, ...], known: int | None) -> Sized:
    speakers = _speakers(scale, scale.redundancy, known)
    peers = scale.reflectors + BESIDE_SETS
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


def _speakers(scale: Scale, k: int, known: int | None) -> tuple[Speakers, ...]:
    """Clients with k reflectors each, the reflectors with their clients and one another.

    ``known`` is how many ways to nodes a reflector has, where that can be told.
    """
    r, families = scale.reflectors, len(scale.families)
    clients = scale.nodes - r
    held_by = Spread.even(k * clients, r)
    routes = (scale.nodes - 1) * scale.blocks * families
    reflectors = Speakers(
        Role.REFLECTOR,
        held_by.map(lambda of_mine: (of_mine + r - 1) * families),
        routes,
        None if known is None else Spread.same(known * scale.blocks * families, r),
        held_by,
    )
    if not clients:
        return (reflectors,)
    complete = known is not None and k == r
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
    paths = paths_between(min(r, COUNTED))
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
            f'{"more than " if r > COUNTED else ""}{paths:,} paths at each of the others. Give them one cluster ID, '
            'build a hierarchy, or have 3 at most.',
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
