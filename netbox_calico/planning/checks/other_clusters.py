"""Do other clusters of NetBox announce the same? Where both routes arrive, traffic goes to the one or the other."""

from __future__ import annotations

from collections.abc import Iterator

from netbox_calico.planning.model.inventory import ForeignRange, Network
from netbox_calico.planning.model.plan import Finding

from .case import Case
from .code import error, finds

POOL_OF_TWO_CLUSTERS = error(
    'pool-of-two-clusters',
    'A pool overlaps with what another cluster in the same VRF announces: pods would be mixed up.',
    'Give each cluster ranges of its own, or keep one of them out of BGP.',
    62,
)
SERVICES_OF_TWO_CLUSTERS = error(
    'service-range-of-two-clusters',
    'Two clusters in the same VRF announce one range of services, and it is not marked as anycast in both.',
    'Give each cluster a range of its own, or mark it as anycast in both if both shall answer.',
    62,
)


@finds(POOL_OF_TWO_CLUSTERS, SERVICES_OF_TWO_CLUSTERS)
def ranges(case: Case) -> Iterator[Finding]:
    """Ours against theirs. That services lie in a pool of theirs is told by the other cluster."""
    for pool in case.snapshot.pools:
        if not pool.disable_export:
            for theirs in _overlapping(case, pool.cidr):
                yield POOL_OF_TWO_CLUSTERS.at(
                    pool.name,
                    f'Pool {pool.name} ({pool.cidr}) overlaps with {theirs.cidr} of {theirs.cluster}, in the same '
                    'VRF: traffic would go to the one or the other. Give each cluster ranges of its own, or keep one '
                    'of them out of BGP (disableBGPExport).',
                )
    for service in case.snapshot.service_ranges:
        for theirs in _overlapping(case, service.cidr):
            if theirs.service and not (service.anycast and theirs.anycast):
                yield SERVICES_OF_TWO_CLUSTERS.at(
                    str(service.cidr),
                    f'{theirs.cluster} announces services in {theirs.cidr} as well as this cluster in {service.cidr}, '
                    'in the same VRF: whoever asks reaches the one or the other. Give each cluster a range of its own, '
                    'or mark the range as anycast in both.',
                )


def _overlapping(case: Case, cidr: Network) -> Iterator[ForeignRange]:
    for theirs in case.snapshot.foreign_ranges:
        if (
            theirs.cidr.version == cidr.version
            and _ends(theirs.cidr)[0] <= _ends(cidr)[1]
            and (_ends(cidr)[0] <= _ends(theirs.cidr)[1])
        ):
            yield theirs


def _ends(cidr: Network) -> tuple[int, int]:
    return int(cidr.network_address), int(cidr.broadcast_address)
