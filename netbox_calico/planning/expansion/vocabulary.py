"""The kinds and fields that Calico knows: what is written otherwise is dropped in silence, and a BGPPeer that lost its
selector holds for every node.

Source: the CRDs of Calico 3.30 to 3.33, which have these fields of BGPPeers, BGPConfigurations and BGPFilters.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from netbox_calico.planning.model.plan import Finding, Severity

from .fields import Fields

FIELDS = {
    'BGPPeer': frozenset(
        {
            'asNumber',
            'filters',
            'keepOriginalNextHop',
            'keepaliveTime',
            'localASNumber',
            'localWorkloadSelector',
            'maxRestartTime',
            'nextHopMode',
            'node',
            'nodeSelector',
            'numAllowedLocalASNumbers',
            'password',
            'peerIP',
            'peerSelector',
            'reachableBy',
            'reversePeering',
            'sourceAddress',
            'ttlSecurity',
        }
    ),
    'BGPConfiguration': frozenset(
        {
            'asNumber',
            'bindMode',
            'communities',
            'ignoredInterfaces',
            'ipv4NormalRoutePriority',
            'ipv6NormalRoutePriority',
            'listenPort',
            'localWorkloadPeeringIPV4',
            'localWorkloadPeeringIPV6',
            'logSeverityScreen',
            'nodeMeshMaxRestartTime',
            'nodeMeshPassword',
            'nodeToNodeMeshEnabled',
            'prefixAdvertisements',
            'programClusterRoutes',
            'serviceClusterIPs',
            'serviceExternalIPs',
            'serviceLoadBalancerAggregation',
            'serviceLoadBalancerIPs',
        }
    ),
    'BGPFilter': frozenset({'exportV4', 'exportV6', 'importV4', 'importV6'}),
}
"""By kind, the fields of its spec."""

SINCE = {'localASNumber': (3, 31), 'keepaliveTime': (3, 32)}
"""Of the fields of a BGPPeer, those that releases before this one do not know."""

_KINDS = {kind.lower() + plural: kind for kind in (*FIELDS, 'Node', 'Secret') for plural in ('', 's')}


def meant_kind(kind: str) -> str | None:
    """The kind that was meant by one that nobody knows (``BgpPeer``, ``bgppeers``)."""
    meant = _KINDS.get(kind.lower())
    return None if meant == kind else meant


def misspelt_fields(kind: str, spec: Fields) -> Iterator[Finding]:
    """The fields of a spec that have no meaning there, with what was probably meant."""
    by_lower = {name.lower(): name for name in FIELDS[kind]}
    for field in sorted(map(str, spec.values.keys() - FIELDS[kind])):
        close = get_close_matches(field.lower(), by_lower, 1)
        mend = f'did you mean {by_lower[close[0]]}?' if close else 'take it out.'
        message = f'Calico knows no {spec.at(field)}, and nothing comes of it: {mend}'
        yield Finding(Severity.WARNING, 'calico-name-unknown', spec.subject, message)
