"""Do the pools of the cluster go with routers as next hops, and does NetBox know them all?"""

from __future__ import annotations

from collections.abc import Iterator

from netbox_calico.planning.encapsulation import moves
from netbox_calico.planning.model.plan import Finding
from netbox_calico.planning.ranges import pools

from .case import Case
from .code import error, finds, note, warning

POOL_UNKNOWN = error(
    'pool-unknown',
    'A pool is in the cluster and not in NetBox: the filters would drop its routes.',
    'Add it to the cluster in NetBox.',
    2,
)
POOL_EXPORT_DIFFERS = error(
    'pool-export-differs', 'NetBox and the cluster disagree on whether a pool is announced.', 'Correct NetBox.', 28
)
POOL_DIFFERS = warning(
    'pool-differs', 'A pool is not in the cluster as NetBox says.', 'Correct NetBox, or the pool: plans do not.'
)
POOL_ABSENT = warning(
    'pool-absent', 'A pool is in NetBox and not in the cluster.', 'Create it there, or delete it in NetBox.'
)
POOL_NOT_ANNOUNCED = note(
    'pool-not-announced',
    'A pool is not announced by BGP, before and after; the gates pass over it.',
    'Nothing, if that is meant.',
    28,
)
NAT_OUTGOING = note(
    'nat-outgoing',
    'A pool hides pods behind their node towards everything outside the pools; a plan leaves that as it is.',
    'Change it apart from any migration: it cuts connections.',
    36,
)


@finds(POOL_UNKNOWN, POOL_EXPORT_DIFFERS)
def unknown_pools(case: Case) -> Iterator[Finding]:
    """What NetBox lacks is let in by no filter."""
    wanted = {pool.cidr: pool for pool in case.snapshot.pools}
    for pool, cidr in pools(case.observation.cluster):
        if cidr not in wanted and not pool.spec.get('disableBGPExport'):
            yield POOL_UNKNOWN.at(
                pool.name,
                f'Pool {pool.name} ({cidr}) is in the cluster and not in NetBox: the filters would drop its routes. '
                'Add it to the cluster in NetBox.',
            )
        elif cidr in wanted and bool(pool.spec.get('disableBGPExport')) != wanted[cidr].disable_export:
            yield POOL_EXPORT_DIFFERS.at(
                pool.name,
                f'NetBox and the cluster disagree on whether pool {pool.name} ({cidr}) is announced '
                '(disableBGPExport): correct NetBox.',
            )


_FIELDS = {
    'blockSize': 'block_size',
    'ipipMode': 'ipip',
    'vxlanMode': 'vxlan',
    'natOutgoing': 'nat_outgoing',
    'disabled': 'disabled',
    'nodeSelector': 'node_selector',
}


@finds(POOL_DIFFERS)
def differing_pools(case: Case) -> Iterator[Finding]:
    """What NetBox says of a pool that plans do not change nobody else would notice to be wrong."""
    wanted = {pool.cidr: pool for pool in case.snapshot.pools}
    ours = {move.pool.name for move in moves(case.snapshot, case.observation, case.intent)}
    for pool, cidr in pools(case.observation.cluster):
        if cidr not in wanted:
            continue
        # As Calico reads what is not written; its empty selector is all().
        assumed = {
            'blockSize': 26 if cidr.version == 4 else 122,
            'ipipMode': 'Never',
            'vxlanMode': 'Never',
            'natOutgoing': False,
            'disabled': False,
            'nodeSelector': 'all()',
        }
        there = {field: pool.spec.get(field) or value for field, value in assumed.items()}
        here = {field: getattr(wanted[cidr], name) or assumed[field] for field, name in _FIELDS.items()}
        fields = [field for field in _FIELDS if field != 'ipipMode' or pool.name not in ours]
        if differing := [field for field in fields if there[field] != here[field]]:
            told = '; '.join(f'{field} is {there[field]} there and {here[field]} in NetBox' for field in differing)
            yield POOL_DIFFERS.at(
                pool.name,
                f'Pool {pool.name} ({cidr}) is not in the cluster as NetBox says: {told}. Correct NetBox: of pools '
                'plans change nothing but the IPIP mode of those that are ours.',
            )


@finds(POOL_ABSENT)
def absent_pools(case: Case) -> Iterator[Finding]:
    """What the cluster lacks is let in for nothing."""
    there = {cidr for _, cidr in pools(case.observation.cluster)}
    for pool in case.snapshot.pools:
        if pool.cidr not in there:
            yield POOL_ABSENT.at(
                pool.name,
                f'Pool {pool.name} ({pool.cidr}) is in NetBox and not in the cluster: create it there, or delete it '
                'here.',
            )


@finds(POOL_NOT_ANNOUNCED)
def unannounced_pools(case: Case) -> Iterator[Finding]:
    """Not announced to the mesh, and not to routers either."""
    for pool in case.observation.cluster.of_kind('IPPool'):
        if pool.spec.get('disableBGPExport'):
            yield POOL_NOT_ANNOUNCED.at(
                pool.name,
                f'Pool {pool.name} is not announced by BGP (disableBGPExport), before and after; the gates pass over '
                'it.',
            )


@finds(NAT_OUTGOING)
def nat_outgoing(case: Case) -> Iterator[Finding]:
    """Routable pods should not be hidden, but changing it cuts connections, so no plan does."""
    for pool in case.observation.cluster.of_kind('IPPool'):
        if pool.spec.get('natOutgoing'):
            yield NAT_OUTGOING.at(
                pool.name,
                f'Pool {pool.name} hides pods behind their node towards everything outside the pools (natOutgoing); a '
                'plan leaves that as it is.',
            )
