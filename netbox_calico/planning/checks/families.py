"""Does every family that pods live in go to the routers? Switching the mesh off ends it in both families at once."""

from __future__ import annotations

from collections.abc import Iterator

from netbox_calico.planning.counted import listed
from netbox_calico.planning.model.plan import Finding
from netbox_calico.planning.ranges import pools

from .case import Case
from .code import error, finds

FAMILY_UNSERVED = error(
    'family-unserved',
    'The cluster has pools of a family that NetBox does not give it: their pods would lose each other with the mesh.',
    'Switch the family on in NetBox, or disable these pools if no pod uses them.',
)


@finds(FAMILY_UNSERVED)
def unserved(case: Case) -> Iterator[Finding]:
    """A family that the cluster uses, and that NetBox says it does not have."""
    cluster = case.observation.cluster
    used = {affinity.cidr.version for affinity in cluster.affinities if affinity.state == 'confirmed'}
    for family in sorted({4, 6} - set(case.snapshot.cluster.families)):
        found = [
            pool.name
            for pool, cidr in pools(cluster)
            if cidr.version == family
            and not pool.spec.get('disableBGPExport')
            and (family in used or not pool.spec.get('disabled'))
        ]
        if found:
            name = case.snapshot.cluster.name
            yield FAMILY_UNSERVED.at(
                name,
                f'{name} has no IPv{family} in NetBox, and the cluster has pools of it ({listed(found)}): their pods '
                f'would lose each other once the mesh is off. Switch IPv{family} on for {name} in NetBox, or disable '
                'these pools if no pod uses them.',
            )
