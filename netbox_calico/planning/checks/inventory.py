"""Do NetBox and the cluster speak of the same nodes, and does every rack have what the design needs?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from netbox_calico.planning.counted import counted, listed
from netbox_calico.planning.model.plan import Finding

from .case import Case, error, warning


def unknown_nodes(case: Case) -> Iterator[Finding]:
    """A node that NetBox lacks would be cut off once the mesh is gone."""
    known = {node.name for node in case.snapshot.nodes}
    for name in case.running:
        if name not in known:
            yield error(
                'node-unknown',
                name,
                f'Node {name} is in the cluster and not in NetBox: it would have no peer once the mesh is off. Sync '
                'the cluster and tie the node to its device or virtual machine.',
            )


def absent_nodes(case: Case) -> Iterator[Finding]:
    """A node that NetBox has and the cluster lacks gets no session."""
    for node in case.snapshot.nodes:
        if node.name not in case.running:
            yield warning(
                'node-absent',
                node.name,
                f'Node {node.name} is in NetBox and not in the cluster: it gets no session. Delete it in NetBox if it '
                'is gone for good; plan again once it has joined.',
            )


def hostless_nodes(case: Case) -> Iterator[Finding]:
    """A node without a device or virtual machine has no addresses or cables that could be compared."""
    for node in case.snapshot.nodes:
        if not node.host and node.name in case.running:
            yield warning(
                'node-without-host',
                node.name,
                f'Node {node.name} is tied to no device and no virtual machine: choose the one that it is, in NetBox.',
            )


def no_sessions(case: Case) -> Iterator[Finding]:
    """A design without mesh and without a session would leave nothing at all."""
    if not case.intent.sessions:
        cluster = case.snapshot.cluster.name
        yield error(
            'no-sessions',
            cluster,
            f'There is no node of {cluster} that could peer with a router: sync the cluster, and mend the other '
            'findings.',
        )


def single_routers(case: Case) -> Iterator[Finding]:
    """One router a rack works, and takes the rack with it."""
    routers: dict[str, set[int]] = defaultdict(set)
    for session in case.intent.sessions:
        routers[session.rack].add(session.router)
    for rack in case.intent.racks:
        if len(routers[rack]) == 1:
            [key] = routers[rack]
            yield warning(
                'single-tor',
                rack,
                f'Rack {rack} has one router, {case.routers[key].name}: while it is down or being changed, the nodes '
                'of the rack are cut off. Add a second one.',
            )


def missing_families(case: Case) -> Iterator[Finding]:
    """A family for which no prefix is announced cannot be filtered."""
    announced = {pool.cidr.version for pool in case.snapshot.pools if not pool.disable_export}
    announced |= {service.cidr.version for service in case.snapshot.service_ranges}
    for family in case.snapshot.cluster.families:
        if family not in announced:
            yield error(
                'family-without-pool',
                case.snapshot.cluster.name,
                f'{case.snapshot.cluster.name} has neither an exported pool nor a service range of IPv{family}: add '
                f'one, or take IPv{family} off the cluster.',
            )


def drained(case: Case) -> Iterator[Finding]:
    """Draining needs an order of its own; this plan does not do it."""
    names = [node.name for node in case.snapshot.nodes if node.drained]
    names += [router.name for router in case.snapshot.routers if router.drained]
    if names:
        yield warning(
            'drained-ignored',
            listed(names),
            'These are marked as drained; a plan leaves them in service all the same. Take the mark off, or drain them '
            'by hand before you deploy.',
        )


def nodes_out_of_service(case: Case) -> Iterator[Finding]:
    """The gates pass over nodes that are not Ready; whoever approves must know which."""
    not_ready = [node.name for node in case.observation.cluster.nodes if not node.ready]
    if not_ready:
        yield warning(
            'nodes-not-ready',
            listed(not_ready),
            f'{counted(len(not_ready), "node is", "nodes are")} not Ready: {listed(not_ready)}. What is not Ready is '
            'configured like the others, but no gate waits for it; look at it again when it is back.',
        )
    cordoned = [node.name for node in case.observation.cluster.nodes if node.ready and not node.schedulable]
    if cordoned:
        yield warning(
            'nodes-cordoned',
            listed(cordoned),
            f'{counted(len(cordoned), "node is", "nodes are")} cordoned: {listed(cordoned)}. Cordoned nodes carry '
            'pods, so the gates wait for them too; if one is about to be taken away, plan again afterwards.',
        )
