"""Do all nodes run one release of Calico, and will they while a plan is carried out?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from netbox_calico.planning.counted import counted
from netbox_calico.planning.model.plan import Finding

from .case import Case
from .code import finds, warning

UPGRADE_UNDER_WAY = warning(
    'upgrade-under-way',
    'Calico is being rolled out: each node loses its sessions when its turn comes, and releases prefer routes unlike.',
    'Wait until the rollout has ended, or mend the nodes that hold it up; then plan again.',
    33,
    37,
    63,
)
RELEASE_DIFFERS = warning(
    'calico-release-differs',
    'What runs as calico-node is of another release than the cluster says, for which a plan is proven.',
    'Let the upgrade end, then plan again.',
    33,
    63,
)


@finds(UPGRADE_UNDER_WAY, RELEASE_DIFFERS)
def of_nodes(case: Case) -> Iterator[Finding]:
    """What the DaemonSet calico-node says, where it may be read."""
    agent = case.observation.cluster.find('DaemonSet', 'calico-node')
    if agent is None:
        return
    nodes, updated = agent.spec.get('nodes') or 0, agent.spec.get('updated') or 0
    if updated < nodes:
        yield UPGRADE_UNDER_WAY.at(
            agent.name,
            f'DaemonSet calico-node is being rolled out: {counted(nodes - updated, "node")} of {nodes} run what was '
            'before. BIRD starts anew on each when its turn comes, and releases differ in the local preference that '
            'they send and in who writes routes. Wait until it has ended, or mend the nodes that hold it up.',
        )
    image, said = agent.spec.get('image') or '', case.observation.cluster.calico_version
    runs, told = _release(image.rpartition(':')[2]), _release(said)
    if runs and told and runs != told:
        yield RELEASE_DIFFERS.at(
            agent.name,
            f'DaemonSet calico-node runs {image}, and ClusterInformation says {said}: a plan is proven for what the '
            'latter says. Let the upgrade end, then plan again.',
        )


def _release(text: str) -> tuple[int, int] | None:
    """The release that a version is of; patches of one behave alike. A tag of another kind tells none."""
    found = re.match(r'v?(\d+)\.(\d+)\.\d', text)
    return (int(found[1]), int(found[2])) if found else None
