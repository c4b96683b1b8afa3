"""Does somebody else manage this cluster, or use our name on a router?"""

from __future__ import annotations

from collections.abc import Iterator

from netbox_calico.planning.artefact import router_target
from netbox_calico.planning.counted import listed
from netbox_calico.planning.model.plan import Finding
from netbox_calico.planning.naming import OWNER_LABEL, group_names

from .case import Case
from .code import error, finds, warning

MANAGED_BY_ANOTHER = error(
    'managed-by-another',
    'Objects in the cluster bear our label with another handle: two manage one Kubernetes cluster.',
    'Take one of them back to the mesh, or correct the connection.',
    13,
)
HANDLE_TAKEN = error(
    'handle-taken',
    'A router has a section with our name that we never sent: another NetBox uses the handle.',
    'Choose another handle.',
    62,
)
SECTION_VANISHED = warning(
    'section-vanished',
    'Nothing is left on a router of what was deployed there: a controller of the fabric, or somebody, took it away.',
    'Teach the controller to leave our names alone; else it will do so again.',
    61,
)


@finds(MANAGED_BY_ANOTHER)
def other_managers(case: Case) -> Iterator[Finding]:
    """Two that switch one mesh would undo each other's work."""
    cluster = case.snapshot.cluster
    others: dict[str, list[str]] = {}
    for peer in case.observation.cluster.of_kind('BGPPeer'):
        owner = peer.labels.get(OWNER_LABEL)
        if owner is not None and owner != cluster.handle:
            others.setdefault(owner, []).append(f'BGPPeer {peer.name}')
    for owner, names in sorted(others.items()):
        yield MANAGED_BY_ANOTHER.at(
            cluster.name,
            f'The label {OWNER_LABEL} says {owner!r} on {listed(names, 4)}, and the handle of {cluster.name} is '
            f'{cluster.handle!r}: two in NetBox, or two NetBoxes, manage one Kubernetes cluster. Take one of them back '
            f'to the mesh, or choose another connection for {cluster.name}.',
        )


@finds(HANDLE_TAKEN)
def handle_taken(case: Case) -> Iterator[Finding]:
    """Sections with our name that we never sent, and with no node of ours in them, are somebody else's."""
    cluster = case.snapshot.cluster
    groups = group_names(cluster.handle)
    nodes = {end.ip for node in case.observation.cluster.nodes for end in node.addresses}
    found = {
        router.name: neighbors
        for router in case.observation.routers
        if (neighbors := {session.neighbor for session in router.sessions if session.group in groups})
    }
    sent = any(entry.target.startswith('router:') for entry in case.snapshot.deployed)
    if sent or any(neighbors & nodes for neighbors in found.values()):
        return
    for name, neighbors in found.items():
        yield HANDLE_TAKEN.at(
            name,
            f'{name} has a group {" or ".join(sorted(groups))} already, and its neighbours are no nodes of '
            f'{cluster.name} ({listed(sorted(neighbors, key=str), 4)}): another NetBox uses the handle '
            f'{cluster.handle!r} there. Choose another one for this cluster.',
        )


@finds(SECTION_VANISHED)
def vanished(case: Case) -> Iterator[Finding]:
    """What was deployed and is gone altogether: a plan would write it anew, and it may go once more."""
    sent = {entry.target for entry in case.snapshot.deployed if entry.after}
    for router in case.observation.routers:
        if router_target(router.router) in sent and not router.section and not router.error:
            yield SECTION_VANISHED.at(
                router.name,
                f'Nothing is left on {router.name} of what was deployed there. If a controller of the fabric writes '
                'its configuration, teach it to leave what bears the mark '
                f'CAL-{case.snapshot.cluster.handle.upper()}- alone before you deploy: else it will take it away.',
            )
