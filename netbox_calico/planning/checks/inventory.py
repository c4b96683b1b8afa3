"""Do NetBox and the cluster speak of the same nodes, and does every rack have what the design needs?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from netbox_calico.planning.counted import counted, listed
from netbox_calico.planning.model.plan import Finding

from .case import Case
from .code import error, finds, warning

NODE_UNKNOWN = error(
    'node-unknown',
    'A node is in the cluster and not in NetBox: it would have no peer once the mesh is off.',
    'Sync the cluster and tie the node to its device or virtual machine.',
    15,
)
NODE_ABSENT = warning(
    'node-absent',
    'A node is in NetBox and not in the cluster: it gets no session.',
    'Delete it in NetBox if it is gone for good; plan again once it has joined.',
)
NODE_WITHOUT_HOST = warning(
    'node-without-host', 'A node is tied to no device and no virtual machine.', 'Choose the one that it is.'
)
NO_SESSIONS = error(
    'no-sessions', 'No node of the cluster could peer with a router.', 'Sync the cluster, and mend the other findings.'
)
SINGLE_TOR = warning(
    'single-tor',
    'A rack has one router in service: while that is down or being changed, the rack is cut off.',
    'Add a second one, or put the drained one back.',
)
FAMILY_WITHOUT_POOL = error(
    'family-without-pool',
    'There is neither an exported pool nor a service range of a family of the cluster.',
    'Add one, or take the family off the cluster.',
)
DRAINED_IGNORED = warning(
    'drained-ignored',
    'Nodes are marked as drained, and the plan leaves their sessions with routers alone.',
    'Move their pods away by the means of Kubernetes.',
)
NODES_NOT_READY = warning(
    'nodes-not-ready',
    'Nodes are not Ready: they are configured, but no gate waits for them.',
    'Look at them again when they are back.',
    42,
)
NODES_CORDONED = warning(
    'nodes-cordoned',
    'Nodes are cordoned: they carry pods, so the gates wait for them.',
    'If one is about to be taken away, plan again afterwards.',
    42,
)


@finds(NODE_UNKNOWN)
def unknown_nodes(case: Case) -> Iterator[Finding]:
    """A node that NetBox lacks would be cut off once the mesh is gone."""
    known = {node.name for node in case.snapshot.nodes}
    for name in case.running:
        if name not in known:
            yield NODE_UNKNOWN.at(
                name,
                f'Node {name} is in the cluster and not in NetBox: it would have no peer once the mesh is off. Sync '
                'the cluster and tie the node to its device or virtual machine.',
            )


@finds(NODE_ABSENT)
def absent_nodes(case: Case) -> Iterator[Finding]:
    """A node that NetBox has and the cluster lacks gets no session."""
    for node in case.snapshot.nodes:
        if node.name not in case.running:
            yield NODE_ABSENT.at(
                node.name,
                f'Node {node.name} is in NetBox and not in the cluster: it gets no session. Delete it in NetBox if it '
                'is gone for good; plan again once it has joined.',
            )


@finds(NODE_WITHOUT_HOST)
def hostless_nodes(case: Case) -> Iterator[Finding]:
    """A node without a device or virtual machine has no addresses or cables that could be compared."""
    for node in case.snapshot.nodes:
        if not node.host and node.name in case.running:
            yield NODE_WITHOUT_HOST.at(
                node.name,
                f'Node {node.name} is tied to no device and no virtual machine: choose the one that it is, in NetBox.',
            )


@finds(NO_SESSIONS)
def no_sessions(case: Case) -> Iterator[Finding]:
    """A design without mesh and without a session would leave nothing at all."""
    if not case.intent.sessions:
        cluster = case.snapshot.cluster.name
        yield NO_SESSIONS.at(
            cluster,
            f'There is no node of {cluster} that could peer with a router: sync the cluster, and mend the other '
            'findings.',
        )


@finds(SINGLE_TOR)
def single_routers(case: Case) -> Iterator[Finding]:
    """One router a rack works, and takes the rack with it."""
    routers: dict[str, set[int]] = defaultdict(set)
    for session in case.intent.sessions:
        routers[session.rack].add(session.router)
    for rack in case.intent.racks:
        if len(routers[rack]) == 1:
            [key] = routers[rack]
            away = case.drained.get(rack, frozenset())
            yield SINGLE_TOR.at(
                rack,
                f'Rack {rack} has one router{" in service" if away else ""}, {case.routers[key].name}: while it is '
                'down or being changed, the nodes of the rack are cut off. '
                + (f'Put {listed(sorted(away))} back into service soon.' if away else 'Add a second one.'),
            )


@finds(FAMILY_WITHOUT_POOL)
def missing_families(case: Case) -> Iterator[Finding]:
    """A family for which no prefix is announced cannot be filtered."""
    announced = {pool.cidr.version for pool in case.snapshot.pools if not pool.disable_export}
    announced |= {service.cidr.version for service in case.snapshot.service_ranges}
    for family in case.snapshot.cluster.families:
        if family not in announced:
            yield FAMILY_WITHOUT_POOL.at(
                case.snapshot.cluster.name,
                f'{case.snapshot.cluster.name} has neither an exported pool nor a service range of IPv{family}: add '
                f'one, or take IPv{family} off the cluster.',
            )


@finds(DRAINED_IGNORED)
def drained(case: Case) -> Iterator[Finding]:
    """Kubernetes takes pods off a node; what has sessions with routers announces what is still there."""
    names = [node.name for node in case.snapshot.nodes if node.drained]
    if names:
        yield DRAINED_IGNORED.at(
            listed(names),
            f'{listed(names)}: marked as drained, which keeps nodes from reflecting routes and nothing else: the pods '
            'that they have stay in service. Move these away by the means of Kubernetes.',
        )


@finds(NODES_NOT_READY, NODES_CORDONED)
def nodes_out_of_service(case: Case) -> Iterator[Finding]:
    """The gates pass over nodes that are not Ready; whoever approves must know which."""
    not_ready = [node.name for node in case.observation.cluster.nodes if not node.ready]
    if not_ready:
        yield NODES_NOT_READY.at(
            listed(not_ready),
            f'{counted(len(not_ready), "node is", "nodes are")} not Ready: {listed(not_ready)}. What is not Ready is '
            'configured like the others, but no gate waits for it; look at it again when it is back.',
        )
    cordoned = [node.name for node in case.observation.cluster.nodes if node.ready and not node.schedulable]
    if cordoned:
        yield NODES_CORDONED.at(
            listed(cordoned),
            f'{counted(len(cordoned), "node is", "nodes are")} cordoned: {listed(cordoned)}. Cordoned nodes carry '
            'pods, so the gates wait for them too; if one is about to be taken away, plan again afterwards.',
        )
