"""The resources that we speak of, as lightkube's classes: Calico's in either group, and Kubernetes' own."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from lightkube.core.resource import GlobalResource
from lightkube.generic_resource import GenericGlobalResource, create_global_resource
from lightkube.models.meta_v1 import Status
from lightkube.resources.apps_v1 import DaemonSet, Deployment
from lightkube.resources.core_v1 import Namespace, Node, Secret

type Class = type[GenericGlobalResource]

# Kind to plural. The first four are shown to a planner as they are.
SHOWN = {
    'BGPConfiguration': 'bgpconfigurations',
    'BGPFilter': 'bgpfilters',
    'BGPPeer': 'bgppeers',
    'IPPool': 'ippools',
}
_OTHERS = {
    'BlockAffinity': 'blockaffinities',
    'CalicoNodeStatus': 'caliconodestatuses',
    'ClusterInformation': 'clusterinformations',
    'FelixConfiguration': 'felixconfigurations',
}
# The one that each group calls otherwise.
_IPAM = {
    'projectcalico.org': ('IPAMConfiguration', 'ipamconfigurations'),
    'crd.projectcalico.org': ('IPAMConfig', 'ipamconfigs'),
}
GROUPS = {'projectcalico.org': 'v3', 'crd.projectcalico.org': 'v1'}
"""Groups of the API and their versions; the first is written to wherever it is served."""

WRITTEN = frozenset({'Node', 'BGPConfiguration', 'BGPFilter', 'BGPPeer', 'IPPool'})
"""The kinds that an item may change; pools by merge patches alone, which are of their IPIP mode or refused."""


def calico(group: str) -> Mapping[str, Class]:
    """Kind -> class, in one group; ``IPAMConfiguration`` whatever the group calls it."""
    named = {kind: (kind, plural) for kind, plural in {**SHOWN, **_OTHERS}.items()}
    named['IPAMConfiguration'] = _IPAM[group]
    return {kind: create_global_resource(group, GROUPS[group], *found) for kind, found in named.items()}


def written(group: str) -> Mapping[tuple[str, str], type[GlobalResource]]:
    """(apiVersion, kind) -> class, of what an item may change."""
    classes = {(f'{group}/{GROUPS[group]}', kind): found for kind, found in calico(group).items() if kind in WRITTEN}
    return {('v1', 'Node'): Node, **classes}


# A class is understood when it is read for the first time, and the process crashes when two threads do so at once, as
# those that talk to routers do with Secrets: so it is done here, where there is one. An empty object is no valid one.
for _kind in (Node, Secret, Namespace, DaemonSet, Deployment, Status):
    with suppress(ValueError):
        _kind.from_dict({})
