"""How pools are encapsulated, and by which modes of IPIP a pool of ours gets to the one that NetBox wishes.

A tunnel to a router ends in nothing, and without tunnels only routers carry pods from one subnet to another: so modes
change one at a time, and CrossSubnet, which does no harm to either, always lies between Always and Never.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .annotation import json_object
from .model.intent import Intent
from .model.inventory import Snapshot
from .model.observation import ClusterObservation, Observation, Resource
from .ranges import pools
from .serving import REFLECTOR_ROLE

NEVER, CROSS_SUBNET, ALWAYS = 'Never', 'CrossSubnet', 'Always'

_MANAGER, _OPERATOR = 'app.kubernetes.io/managed-by', 'tigera-operator'
# Where the older API group keeps the labels that were given in the newer one.
_METADATA = 'projectcalico.org/metadata'
_FELIX_SINCE = (3, 33)


@dataclass(frozen=True, slots=True)
class Move:
    """A pool of ours: its mode ``there``, the one that is ``wished``, and the ``goal`` that a design allows of that.

    ``bare`` says that it has no tunnels, and routers carry it from one subnet to another.
    """

    pool: Resource
    there: str
    wished: str
    goal: str
    bare: bool

    @property
    def first(self) -> str:
        """The mode that it gets before anything else is touched, empty when none."""
        return CROSS_SUBNET if self.there not in (self.goal, CROSS_SUBNET) else ''

    @property
    def last(self) -> str:
        """The mode that it gets once all else is done, empty when none."""
        return self.goal if self.goal not in (self.there, CROSS_SUBNET) else ''


def moves(snapshot: Snapshot, observation: Observation, intent: Intent) -> Iterator[Move]:
    """The IPv4 pools of ours with IPIP or none; those that the operator or VXLAN has are left alone."""
    wishes = {pool.cidr: pool.ipip for pool in snapshot.pools if pool.ours}
    for pool, cidr in pools(observation.cluster):
        if cidr.version == 4 and cidr in wishes and not of_operator(pool) and vxlan(pool) == NEVER:
            there, wished = ipip(pool), wishes[cidr]
            bare = there == NEVER and _by_routers(snapshot, observation)
            goal = wished
            if wished == ALWAYS and not _ends_at_nodes(intent):
                goal = there
            elif wished == NEVER and not _has_routers_for_pods(intent):
                goal = CROSS_SUBNET if bare or there != NEVER else NEVER
            yield Move(pool, there, wished, goal, bare)


def ipip(pool: Resource) -> str:
    """The mode of IPIP; Calico takes what is not written for Never."""
    return str(pool.spec.get('ipipMode') or NEVER)


def vxlan(pool: Resource) -> str:
    """The mode of VXLAN."""
    return str(pool.spec.get('vxlanMode') or NEVER)


def of_operator(pool: Resource) -> bool:
    """Whether the operator made the pool of its Installation resource, and would undo what others change."""
    return _OPERATOR in (pool.labels.get(_MANAGER), _labels_kept(pool).get(_MANAGER))


def by_felix(cluster: ClusterObservation) -> bool:
    """Whether Felix writes the routes of IPIP pools, and not BIRD: as it is told to, or by itself from 3.33 on."""
    settings = cluster.find('FelixConfiguration', 'default')
    said = settings.spec.get('programClusterRoutes') if settings is not None else None
    release = re.match(r'v?(\d+)\.(\d+)', cluster.calico_version)
    by_itself = said is None and release is not None and (int(release[1]), int(release[2])) >= _FELIX_SINCE
    return said == 'Enabled' or by_itself


def _ends_at_nodes(intent: Intent) -> bool:
    """Whether the next hops of pods on nodes are nodes, where tunnels can end, and not routers."""
    return intent.mesh or intent.reflected or intent.reflection is not None


def _has_routers_for_pods(intent: Intent) -> bool:
    """Whether routers know the way to pods."""
    return bool(intent.sections) and not intent.mesh and not intent.reflected


def _by_routers(snapshot: Snapshot, observation: Observation) -> bool:
    """Whether routers carry pods between subnets until now."""
    subnets = {end.network for node in observation.cluster.nodes for end in node.addresses if end.version == 4}
    reflectors = {router.id for router in snapshot.routers if router.role == REFLECTOR_ROLE}
    return len(subnets) > 1 and any(
        router.section and router.router not in reflectors for router in observation.routers
    )


def _labels_kept(pool: Resource) -> Mapping[str, object]:
    labels = json_object(pool.annotations, _METADATA).get('labels')
    return labels if isinstance(labels, dict) else {}
