"""Racks as the moves see them: the label value that each node bears, and the order in which racks are moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from netbox_calico.planning.model.inventory import Rack, Snapshot
from netbox_calico.planning.model.observation import ClusterObservation, KubernetesNode
from netbox_calico.planning.model.plan import Finding, Severity
from netbox_calico.planning.naming import natural, rack_values
from netbox_calico.planning.serving import Serving


def racks_of_nodes(
    snapshot: Snapshot, observed: ClusterObservation, serving: Serving
) -> tuple[Mapping[str, str], tuple[Finding, ...]]:
    """The rack label's value by node, for the nodes that have routers, and what speaks against it.

    BGPPeers are selected by this label, so all nodes of a rack must have the same routers. Where somebody else sets the
    label (provisioning), his value is taken.
    """
    findings: list[Finding] = []
    members: dict[Rack, list[str]] = defaultdict(list)
    for node in sorted(snapshot.nodes, key=lambda node: node.name):
        if not serving.links.get(node.name):
            continue
        if node.rack is None:
            findings.append(
                Finding(
                    Severity.ERROR,
                    'no-rack',
                    node.name,
                    f'Node {node.name} is in no rack: put its device into one, or for a virtual machine choose the '
                    'rack on the node in NetBox. BGPPeers are selected by rack.',
                )
            )
            continue
        members[node.rack].append(node.name)
    running = {node.name: node for node in observed.nodes}
    values = dict(rack_values(snapshot_racks(snapshot)))
    rack_of: dict[str, str] = {}
    for rack, names in members.items():
        routers = {frozenset(link.router for link in serving.links[name]) for name in names}
        if len(routers) > 1:
            findings.append(_split(rack, names, serving, snapshot))
            continue
        value, found = _provisioned(rack, [running[name] for name in names], snapshot.cluster.rack_label)
        findings += found
        rack_of.update(dict.fromkeys(names, value or values[rack.id]))
    return rack_of, (*findings, *_merged(members, rack_of))


def snapshot_racks(snapshot: Snapshot) -> frozenset[Rack]:
    """All racks that nodes stand in, so that a value does not depend on which node is in order today."""
    return frozenset(node.rack for node in snapshot.nodes if node.rack is not None)


def rack_order(rack_of: Mapping[str, str]) -> tuple[str, ...]:
    """The rack with the fewest nodes goes first, as the canary; the others follow by name, 2 before 10."""
    sizes: dict[str, int] = defaultdict(int)
    for value in rack_of.values():
        sizes[value] += 1
    if not sizes:
        return ()
    canary = min(sizes, key=lambda value: (sizes[value], natural(value)))
    return (canary, *sorted(sizes.keys() - {canary}, key=natural))


def _provisioned(rack: Rack, nodes: list[KubernetesNode], label: str) -> tuple[str, list[Finding]]:
    values = sorted(
        {node.labels[label] for node in nodes if label in node.provisioned_labels and node.labels.get(label)}
    )
    if len(values) < 2:
        return (values[0] if values else ''), []
    return '', [
        Finding(
            Severity.ERROR,
            'rack-label-disagrees',
            rack.name,
            f'The nodes of rack {rack.name} were given different values of {label} by somebody else: '
            f'{", ".join(values)}. Make them one, or choose another rack label on the cluster.',
        )
    ]


def _split(rack: Rack, names: list[str], serving: Serving, snapshot: Snapshot) -> Finding:
    routers = {router.id: router.name for router in snapshot.routers}
    groups: dict[str, list[str]] = defaultdict(list)
    for name in names:
        groups[' and '.join(sorted({routers[link.router] for link in serving.links[name]}))].append(name)
    shown = '; '.join(f'{who}: {", ".join(nodes[:5])}' for who, nodes in sorted(groups.items()))
    return Finding(
        Severity.ERROR,
        'rack-served-differently',
        rack.name,
        f'The nodes of rack {rack.name} are served by different routers ({shown}), but BGPPeers are selected by rack. '
        'Tie the routers to the rack by hand, or correct rack and addresses of the nodes.',
    )


def _merged(members: Mapping[Rack, list[str]], rack_of: Mapping[str, str]) -> list[Finding]:
    bearers: dict[str, set[str]] = defaultdict(set)
    for rack, names in members.items():
        for name in names:
            if name in rack_of:
                bearers[rack_of[name]].add(f'{rack.name} (#{rack.id})')
    return [
        Finding(
            Severity.ERROR,
            'rack-label-shared',
            value,
            f'The racks {", ".join(sorted(racks))} have one value of the rack label, {value}: their nodes would peer '
            "with each other's routers. Give every rack a value of its own, or choose another rack label on the "
            'cluster.',
        )
        for value, racks in sorted(bearers.items())
        if len(racks) > 1
    ]
