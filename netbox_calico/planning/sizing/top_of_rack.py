"""The top-of-rack designs: every node peers with the TORs of its rack, and with nobody else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from netbox_calico.planning.asn import CRD_AS_MAX
from netbox_calico.planning.designs.tor_as_per_node import EVALUATIONS
from netbox_calico.planning.model.options import Scheme
from netbox_calico.planning.model.plan import Finding

from .limits import AGENT_NODES, LISTEN_LIMIT, PRIVATE_FOUR_BYTE, PRIVATE_TWO_BYTE
from .measured import Kind, measured
from .scale import Scale
from .sized import Role, Sized, Speakers
from .spread import Spread
from .visibility import unseen
from .words import error, note, warning


@dataclass(frozen=True, slots=True)
class Layout:
    """A design by what differs: how many AS numbers the nodes have, and whether TORs send only a default down.

    With ``by_node`` every node has BGPPeers of its own, since they hold its AS. With ``several_as`` one BGPPeer cannot
    serve all racks.
    """

    key: str
    label: str
    as_numbers: Callable[[Scale], int]
    default_only: bool = False
    by_node: bool = False
    several_as: bool = False


PER_RACK = Layout('tor-as-per-rack', 'TOR, AS per rack', lambda scale: scale.racks, several_as=True)
PER_NODE = Layout('tor-as-per-node', 'TOR, AS per node', lambda scale: scale.nodes, by_node=True, several_as=True)
DEFAULT_DOWN = Layout('tor-default', 'TOR, default down', lambda _: 1, default_only=True)
FULL_TABLES = Layout('tor-full-tables', 'TOR, full tables', lambda _: 1)

LAYOUTS = (PER_RACK, PER_NODE, DEFAULT_DOWN, FULL_TABLES)


def top_of_rack(scale: Scale, layout: Layout, scheme: Scheme) -> Sized:
    """A session a node, TOR of its rack and family; a BGPPeer a TOR and family, or a position and family.

    Where each has an AS, a BGPPeer a node.
    """
    shared = scheme is Scheme.SHARED_ADDRESS
    label = f'{layout.label}, {"shared" if shared else "per router"}'
    if not scale.tors:
        return Sized(layout.key, label, scheme, findings=(no_router(label),))
    if shared and layout.several_as:
        return Sized(layout.key, label, scheme, findings=(_several_as(label),))
    families, tors = len(scale.families), scale.tors
    in_rack = Spread.even(scale.nodes, scale.racks)
    others = (scale.nodes - 1) * scale.blocks * families
    routes = families if layout.default_only else others
    nodes = Speakers(
        Role.NODE,
        Spread.same(tors * families, scale.nodes),
        routes,
        Spread.same(routes * tors, scale.nodes),
    )
    routers = Speakers(
        Role.TOR,
        in_rack.each(tors).map(lambda members: members * families),
        scale.nodes * scale.blocks * families,
        in_rack.each(tors).map(lambda members: members * families * scale.blocks),
    )
    bgp_peers = tors * families * (scale.nodes if layout.by_node else 1 if shared else scale.racks)
    as_numbers = layout.as_numbers(scale)
    return Sized(
        layout.key,
        label,
        scheme,
        speakers=(nodes, routers),
        sessions=scale.nodes * tors * families,
        bgp_peers=bgp_peers,
        evaluations=bgp_peers * scale.nodes,
        as_numbers=as_numbers,
        measured=measured(_kind(layout, shared), scale.nodes),
        findings=(
            *_about_peers(scale, layout, label, bgp_peers, shared),
            *_about_as_numbers(label, as_numbers),
            *listening(label, routers.sessions.most),
            *unseen(label, (nodes,)),
        ),
    )


def _kind(layout: Layout, shared: bool) -> Kind:
    if layout.by_node:
        return Kind.NODE_SCOPED
    return Kind.SHARED if shared else Kind.PER_ROUTER


def no_router(label: str) -> Finding:
    return error('no-tor', label, 'No TOR peers with nodes: say how many a rack do (two is usual).')


def listening(label: str, sessions: int) -> tuple[Finding, ...]:
    """What a router with so many sessions needs where it waits for nodes instead of naming each."""
    if sessions <= LISTEN_LIMIT:
        return ()
    return (
        note(
            'listen-limit',
            label,
            f'A listen range for {sessions:,} sessions needs a limit of {2 * sessions:,} on the router, twice the '
            f'sessions; FRR comes with {LISTEN_LIMIT} for both families together. Explicit neighbours need none.',
        ),
    )


def _about_peers(scale: Scale, layout: Layout, label: str, bgp_peers: int, shared: bool) -> tuple[Finding, ...]:
    findings = []
    if scale.tors == 1:
        findings.append(
            warning('one-tor', label, 'With one TOR a rack, its failure or upgrade cuts the rack off: take two.')
        )
    evaluations = bgp_peers * scale.nodes
    if layout.by_node and evaluations > EVALUATIONS:
        findings.append(
            error(
                'node-peers',
                label,
                f'{bgp_peers:,} BGPPeers, one a node, TOR and family, x {scale.nodes:,} nodes are {evaluations:,}: '
                f'more than {EVALUATIONS:,} at each label change are too many for the agents. Take an AS a rack, or '
                'one for all nodes.',
            )
        )
    if scale.nodes > AGENT_NODES and not shared and not layout.by_node:
        findings.append(
            warning(
                'shared-addresses',
                label,
                f'{bgp_peers:,} BGPPeers x {scale.nodes:,} nodes are {evaluations:,} selector evaluations '
                f'on every node at each label change: above about {AGENT_NODES} nodes take shared '
                f'TOR-side addresses in one AS for all nodes, {scale.tors * len(scale.families)} BGPPeers.',
            )
        )
    return tuple(findings)


def _several_as(label: str) -> Finding:
    return error(
        'one-as',
        label,
        'A BGPPeer that serves all racks gives their nodes one AS, and this design has several: keep BGPPeers per '
        'router, or take one AS for all nodes.',
    )


def _about_as_numbers(label: str, count: int) -> tuple[Finding, ...]:
    if count <= PRIVATE_TWO_BYTE:
        return ()
    return (
        warning(
            'as-numbers',
            label,
            f'{count:,} AS numbers, and {PRIVATE_TWO_BYTE} private ones of two bytes: those of four bytes begin at '
            f"{PRIVATE_FOUR_BYTE}, above what Calico's CRDs take ({CRD_AS_MAX}). Let the nodes share one AS.",
        ),
    )
