"""Is the cluster of a kind that can be moved, and in a state to be written to?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from netbox_calico.planning.counted import listed
from netbox_calico.planning.model.plan import Finding
from netbox_calico.planning.naming import REFLECTOR_ANNOTATION, is_reflector_id, leaving_id

from .case import Case
from .code import error, finds, warning
from .mesh_off import annotations_off

DATASTORE_NOT_SUPPORTED = error(
    'datastore-not-supported',
    'The cluster keeps its Calico resources in etcd.',
    'Only clusters with the Kubernetes datastore can be deployed to.',
)
DATASTORE_NOT_READY = error(
    'datastore-not-ready',
    'Calico says that its datastore is not ready: a migration is running.',
    'Wait until it has ended, then plan again.',
)
HANDLE_INVALID = error(
    'handle-invalid',
    'The handle of the cluster cannot stand in names.',
    'A lower-case letter first, then lower-case letters, digits and hyphens, 20 at the most.',
    14,
)
RACK_LABEL_INVALID = error(
    'rack-label-invalid', 'The rack label is no key of a Kubernetes label.', 'Choose another on the cluster.', 14
)
CALICO_VERSION_UNKNOWN = warning(
    'calico-version-unknown',
    'The cluster does not tell its version of Calico.',
    'Make sure that it is 3.30 or later.',
    40,
)
CALICO_TOO_OLD = error(
    'calico-too-old',
    'The version of Calico lacks fields that the BGPPeers need.',
    'Upgrade to 3.30 or later first.',
    40,
)
REFLECTORS_PRESENT = error(
    'reflectors-present',
    'Nodes are route reflectors, and no plan of ours made them that.',
    'Take the annotation off while the mesh is on.',
)
NO_AFFINITIES = warning(
    'no-affinities',
    'No node has a confirmed block: there are no pods yet, or addresses come from host-local IPAM.',
    'With host-local IPAM do not deploy: the gates could wait for sessions only.',
    28,
)

_HANDLE = re.compile(r'[a-z]([-a-z0-9]*[a-z0-9])?')
_NAME = re.compile(r'[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?')
_PREFIX = re.compile(r'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')
_OLDEST = (3, 30)
"""The oldest Calico whose resources were read for this design."""


@finds(DATASTORE_NOT_SUPPORTED, DATASTORE_NOT_READY)
def datastore(case: Case) -> Iterator[Finding]:
    """Only the Kubernetes datastore is written to, and only while it is ready."""
    cluster = case.snapshot.cluster
    if cluster.datastore != 'kubernetes':
        yield DATASTORE_NOT_SUPPORTED.at(
            cluster.name,
            f'{cluster.name} keeps its Calico resources in {cluster.datastore}; only the Kubernetes datastore can be '
            'deployed to.',
        )
    if not case.observation.cluster.datastore_ready:
        yield DATASTORE_NOT_READY.at(
            cluster.name,
            'ClusterInformation default says that the datastore is not ready: a migration is running. Wait until it '
            'has ended, then plan again.',
        )


@finds(HANDLE_INVALID, RACK_LABEL_INVALID)
def names(case: Case) -> Iterator[Finding]:
    """The handle and the rack label end up in names that others check."""
    cluster = case.snapshot.cluster
    if len(cluster.handle) > 20 or not _HANDLE.fullmatch(cluster.handle):
        yield HANDLE_INVALID.at(
            cluster.name,
            f'The handle {cluster.handle!r} cannot stand in names: start with a lower-case letter, go on with '
            'lower-case letters, digits and hyphens, 20 at the most.',
        )
    prefix, slash, name = cluster.rack_label.rpartition('/')
    if not _NAME.fullmatch(name) or len(name) > 63 or (slash and not (_PREFIX.fullmatch(prefix) and len(prefix) < 254)):
        yield RACK_LABEL_INVALID.at(
            cluster.name,
            f'{cluster.rack_label!r} is no key of a Kubernetes label: choose another on the cluster, as '
            'netbox-calico.io/rack.',
        )


@finds(CALICO_VERSION_UNKNOWN, CALICO_TOO_OLD)
def version(case: Case) -> Iterator[Finding]:
    """The BGPPeers need ``reversePeering``; what is older than the versions that were read is refused."""
    text = case.observation.cluster.calico_version
    found = re.match(r'v?(\d+)\.(\d+)', text)
    if not found:
        yield CALICO_VERSION_UNKNOWN.at(
            case.snapshot.cluster.name,
            f'The cluster does not tell its version of Calico ({text!r}): make sure that it is 3.30 or later.',
        )
    elif (int(found[1]), int(found[2])) < _OLDEST:
        yield CALICO_TOO_OLD.at(
            case.snapshot.cluster.name,
            f'Calico {text} may lack fields that the BGPPeers need (reversePeering): upgrade to 3.30 or later first.',
        )


@finds(REFLECTORS_PRESENT)
def reflectors(case: Case) -> Iterator[Finding]:
    """Nodes that reflect routes are outside the mesh already; taking them along needs another design."""
    handle = case.snapshot.cluster.handle
    leaving = leaving_id(handle)
    found = [
        name
        for name, node in case.running.items()
        if (mark := node.annotations.get(REFLECTOR_ANNOTATION, leaving)) != leaving
        and not is_reflector_id(handle, mark)
    ]
    if found:
        yield REFLECTORS_PRESENT.at(
            case.snapshot.cluster.name,
            f'Nodes are route reflectors ({listed(found)} bear the annotation {REFLECTOR_ANNOTATION}), and no plan of '
            f'ours made them that: {annotations_off(case)}.',
        )


@finds(NO_AFFINITIES)
def affinities(case: Case) -> Iterator[Finding]:
    """Gates name the blocks of nodes; without block affinities they have nothing to name."""
    cluster = case.observation.cluster
    if cluster.nodes and not any(affinity.state == 'confirmed' and affinity.node for affinity in cluster.affinities):
        yield NO_AFFINITIES.at(
            case.snapshot.cluster.name,
            'No node has a confirmed block, so the gates can wait for sessions only, not for routes. That is so in a '
            'cluster without pods, and with host-local IPAM; with the latter, do not deploy.',
        )
