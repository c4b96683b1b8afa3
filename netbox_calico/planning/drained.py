"""Routers that are marked as drained serve no node, where another router is left to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from .counted import counted, listed
from .model.inventory import Snapshot
from .model.plan import Finding, Severity
from .serving import Link, Serving


def in_service(serving: Serving, snapshot: Snapshot) -> Serving:
    """Without the links to drained routers. Whoever would have none left in a family keeps them, and is told of."""
    drained = {router.id: router.name for router in snapshot.routers if router.drained}
    if not drained:
        return serving
    racks = {node.name: node.rack.name if node.rack else '' for node in snapshot.nodes}
    links: dict[str, tuple[Link, ...]] = {}
    cut_off: dict[tuple[str, str], list[str]] = defaultdict(list)
    for node, found in serving.links.items():
        left = tuple(link for link in found if link.router not in drained)
        links[node] = left
        if {link.family for link in left} != {link.family for link in found}:
            names = listed(sorted({drained[link.router] for link in found if link.router in drained}))
            links[node] = found
            cut_off[racks[node], names].append(node)
    findings = (_cuts_off(rack, names, nodes) for (rack, names), nodes in sorted(cut_off.items()))
    return replace(serving, links=links, findings=(*serving.findings, *findings))


def _cuts_off(rack: str, names: str, nodes: list[str]) -> Finding:
    where = f'rack {rack}' if rack else listed(nodes)
    return Finding(
        Severity.ERROR,
        'drain-cuts-off',
        rack or nodes[0],
        f'{names} cannot be drained: no other router serves {counted(len(nodes), "node")} of {where}, which would be '
        'cut off. Take the mark off, or put another router of the rack into service first.',
    )
