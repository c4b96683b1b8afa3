"""Do nodes learn of the addresses that their own blocks lent to pods elsewhere?"""

from __future__ import annotations

from collections.abc import Iterator

from netbox_calico.planning.model.plan import Finding

from .case import Case
from .code import finds, warning

BORROWED_UNKNOWN = warning(
    'borrowed-unknown',
    'With a default route alone a node does not learn which addresses of its blocks pods elsewhere have, and drops '
    'what its own pods send there.',
    "Let Calico's IPAM have strict affinity and move such pods, or choose a design with full tables.",
    25,
)


@finds(BORROWED_UNKNOWN)
def lent(case: Case) -> Iterator[Finding]:
    """A design without tables on the nodes, where addresses may be outside the blocks of their node."""
    settings = case.observation.cluster.find('IPAMConfiguration', 'default')
    if case.intent.tables or (settings is not None and settings.spec.get('strictAffinity')):
        return
    yield BORROWED_UNKNOWN.at(
        case.snapshot.cluster.name,
        'Calico may give a pod an address of a block of another node, and that node drops what its own pods send there '
        'once it has a default route alone: its block is a blackhole to it. Set strictAffinity in the '
        'IPAMConfiguration (in the older API group IPAMConfig) default and start such pods anew, or choose a design '
        'with full tables.',
    )
