"""Is the cluster of a kind that can be moved, and in a state to be written to?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from netbox_calico.planning.counted import listed
from netbox_calico.planning.model.plan import Finding
from netbox_calico.planning.naming import REFLECTOR_ANNOTATION, leaving_id

from .case import Case, error, warning

_HANDLE = re.compile(r'[a-z]([-a-z0-9]*[a-z0-9])?')
_NAME = re.compile(r'[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?')
_PREFIX = re.compile(r'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')
_OLDEST = (3, 30)
"""The oldest Calico whose resources were read for this design."""


def datastore(case: Case) -> Iterator[Finding]:
    """Only the Kubernetes datastore is written to, and only while it is ready."""
    cluster = case.snapshot.cluster
    if cluster.datastore != 'kubernetes':
        yield error(
            'datastore-not-supported',
            cluster.name,
            f'{cluster.name} keeps its Calico resources in {cluster.datastore}; only the Kubernetes datastore can be '
            'deployed to.',
        )
    if not case.observation.cluster.datastore_ready:
        yield error(
            'datastore-not-ready',
            cluster.name,
            'ClusterInformation default says that the datastore is not ready: a migration is running. Wait until it '
            'has ended, then plan again.',
        )


def names(case: Case) -> Iterator[Finding]:
    """The handle and the rack label end up in names that others check."""
    cluster = case.snapshot.cluster
    if len(cluster.handle) > 20 or not _HANDLE.fullmatch(cluster.handle):
        yield error(
            'handle-invalid',
            cluster.name,
            f'The handle {cluster.handle!r} cannot stand in names: start with a lower-case letter, go on with '
            'lower-case letters, digits and hyphens, 20 at the most.',
        )
    prefix, slash, name = cluster.rack_label.rpartition('/')
    if not _NAME.fullmatch(name) or len(name) > 63 or (slash and not (_PREFIX.fullmatch(prefix) and len(prefix) < 254)):
        yield error(
            'rack-label-invalid',
            cluster.name,
            f'{cluster.rack_label!r} is no key of a Kubernetes label: choose another on the cluster, as '
            'netbox-calico.io/rack.',
        )


def version(case: Case) -> Iterator[Finding]:
    """The BGPPeers need ``reversePeering``; what is older than the versions that were read is refused."""
    text = case.observation.cluster.calico_version
    found = re.match(r'v?(\d+)\.(\d+)', text)
    if not found:
        yield warning(
            'calico-version-unknown',
            case.snapshot.cluster.name,
            f'The cluster does not tell its version of Calico ({text!r}): make sure that it is 3.30 or later.',
        )
    elif (int(found[1]), int(found[2])) < _OLDEST:
        yield error(
            'calico-too-old',
            case.snapshot.cluster.name,
            f'Calico {text} may lack fields that the BGPPeers need (reversePeering): upgrade to 3.30 or later first.',
        )


def reflectors(case: Case) -> Iterator[Finding]:
    """Nodes that reflect routes are outside the mesh already; taking them along needs another design."""
    mark = leaving_id(case.snapshot.cluster.handle)
    found = [name for name, node in case.running.items() if node.annotations.get(REFLECTOR_ANNOTATION, mark) != mark]
    if found:
        yield error(
            'reflectors-present',
            case.snapshot.cluster.name,
            f'Nodes are route reflectors ({listed(found)} bear the annotation {REFLECTOR_ANNOTATION}): go back to the '
            'mesh first.',
        )


def affinities(case: Case) -> Iterator[Finding]:
    """Gates name the blocks of nodes; without block affinities they have nothing to name."""
    cluster = case.observation.cluster
    if cluster.nodes and not any(affinity.state == 'confirmed' and affinity.node for affinity in cluster.affinities):
        yield warning(
            'no-affinities',
            case.snapshot.cluster.name,
            'No node has a confirmed block, so the gates can wait for sessions only, not for routes. That is so in a '
            'cluster without pods, and with host-local IPAM; with the latter, do not deploy.',
        )
