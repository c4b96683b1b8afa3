"""Reflectors and routers together: reflectors outside of the cluster, or inside and alone to peer with the TORs."""

from __future__ import annotations

from dataclasses import replace

from netbox_calico.planning.model.plan import Finding

from .limits import AGENT_NODES
from .reflectors import alone, single
from .scale import Scale
from .sized import Role, Sized, Speakers
from .spread import Spread
from .top_of_rack import listening, no_router
from .visibility import unseen
from .words import warning

EXTERNAL = 'reflectors-external', 'External reflectors'
WITH_TORS = 'reflectors-tor', 'Reflectors that peer with TORs'


def external(scale: Scale) -> Sized:
    """Every node peers with every external reflector, and these not with one another: each passes on to all."""
    key, label = EXTERNAL
    outside, nodes, families = scale.external, scale.nodes, len(scale.families)
    routes = (nodes - 1) * scale.blocks * families
    a_table = nodes * scale.blocks * families
    bgp_peers = outside * families
    findings = list(listening(label, nodes * families))
    if outside == 1:
        findings.append(
            warning('one-reflector', label, 'With one reflector, its failure takes the routes of all nodes: take two.')
        )
    speakers = (
        Speakers(Role.NODE, Spread.same(bgp_peers, nodes), routes, Spread.same(routes * outside, nodes)),
        Speakers(
            Role.EXTERNAL,
            Spread.same(nodes * families, outside),
            a_table,
            Spread.same(a_table, outside),
            Spread.same(nodes, outside),
        ),
    )
    return Sized(
        key,
        label,
        speakers=speakers,
        sessions=nodes * outside * families,
        bgp_peers=bgp_peers,
        evaluations=bgp_peers * nodes,
        as_numbers=1,
        findings=(*findings, *unseen(label, speakers)),
    )


def with_tors(scale: Scale) -> Sized:
    """As with one cluster ID, and each reflector peers with every TOR, which takes what leads to its own rack."""
    key, label = WITH_TORS
    if not scale.tors:
        return Sized(key, label, findings=(no_router(label),))
    inside = single(scale)
    families, tors, r = len(scale.families), scale.tors, scale.reflectors
    a_table = scale.nodes * scale.blocks * families
    routers = scale.racks * tors
    speakers = [
        replace(speakers, sessions=speakers.sessions.map(lambda sessions: sessions + routers * families))
        if speakers.role is Role.REFLECTOR
        else speakers
        for speakers in inside.speakers
    ]
    in_rack = Spread.even(scale.nodes, scale.racks).each(tors)
    speakers.append(
        Speakers(
            Role.TOR,
            Spread.same(r * families, routers),
            a_table,
            in_rack.map(lambda nodes: r * nodes * scale.blocks * families),
        )
    )
    bgp_peers = inside.bgp_peers + routers * families
    return Sized(
        key,
        label,
        speakers=tuple(speakers),
        sessions=inside.sessions + r * routers * families,
        bgp_peers=bgp_peers,
        evaluations=bgp_peers * scale.nodes,
        as_numbers=1,
        findings=(
            *alone(scale, label),
            *_about_reach(scale, label),
            *unseen(label, inside.speakers),
        ),
    )


def _about_reach(scale: Scale, label: str) -> tuple[Finding, ...]:
    if scale.nodes <= AGENT_NODES:
        return ()
    return (
        warning(
            'large-group',
            label,
            f'{scale.nodes:,} nodes around one group of reflectors: above about {AGENT_NODES} nodes let nodes peer '
            'with TORs of shared addresses.',
        ),
    )
