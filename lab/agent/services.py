"""Which service addresses a node announces: ranges from every node, single addresses from where endpoints are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any

from lab.addressing import Family, Network

type Manifest = Mapping[str, Any]

EXCLUDED_LABEL = 'node.kubernetes.io/exclude-from-external-load-balancers'
SERVICE_NAME_LABEL = 'kubernetes.io/service-name'


@dataclass(frozen=True, slots=True)
class ServiceRanges:
    """What BGPConfiguration says of services."""

    cluster: tuple[Network, ...] = ()
    external: tuple[Network, ...] = ()
    load_balancer: tuple[Network, ...] = ()
    aggregate: bool = True

    @classmethod
    def from_spec(cls, spec: Manifest) -> ServiceRanges:
        """From `BGPConfiguration.spec`."""

        def ranges(field: str) -> tuple[Network, ...]:
            # The definitions let an entry without a range through.
            return tuple(ip_network(entry['cidr'], strict=False) for entry in spec.get(field) or () if 'cidr' in entry)

        return cls(
            cluster=ranges('serviceClusterIPs'),
            external=ranges('serviceExternalIPs'),
            load_balancer=ranges('serviceLoadBalancerIPs'),
            aggregate=spec.get('serviceLoadBalancerAggregation', 'Enabled') == 'Enabled',
        )

    def announced_everywhere(self, family: Family) -> tuple[str, ...]:
        """The ranges that every node announces: single addresses are left to the services that own them."""
        load_balancer = self.load_balancer if self.aggregate else ()
        ranges = (*self.cluster, *self.external, *load_balancer)
        aggregates = [
            network for network in ranges if network in self.cluster or network.prefixlen < network.max_prefixlen
        ]
        return tuple(dict.fromkeys(str(network) for network in aggregates if network.version == family))


def announced(
    ranges: ServiceRanges, services: Sequence[Manifest], slices: Sequence[Manifest], node: Manifest, family: Family
) -> tuple[str, ...]:
    """All service prefixes that `node` announces in `family`."""
    if (node['metadata'].get('labels') or {}).get(EXCLUDED_LABEL) == 'true':
        return ()
    single = [
        f'{address}/{ip_address(address).max_prefixlen}'
        for service in services
        if _concerns(ranges, service, _endpoints(service, slices), node['metadata']['name'])
        for address in _addresses(ranges, service)
        if ip_address(address).version == family
    ]
    return tuple(dict.fromkeys([*ranges.announced_everywhere(family), *sorted(single)]))


def _endpoints(service: Manifest, slices: Sequence[Manifest]) -> list[Manifest]:
    """The endpoints of a service, ready or not, of the families that it has."""
    metadata, families = service['metadata'], service['spec'].get('ipFamilies') or ()
    return [
        endpoint
        for piece in slices
        if piece['metadata'].get('namespace') == metadata.get('namespace')
        and (piece['metadata'].get('labels') or {}).get(SERVICE_NAME_LABEL) == metadata['name']
        and piece['addressType'] in families
        for endpoint in piece.get('endpoints') or ()
    ]


def _concerns(ranges: ServiceRanges, service: Manifest, endpoints: Sequence[Manifest], node: str) -> bool:
    spec = service['spec']
    if spec.get('type', 'ClusterIP') == 'ExternalName' or spec.get('clusterIP') in (None, '', 'None'):
        return False
    local = spec.get('externalTrafficPolicy') == 'Local'
    if spec.get('externalTrafficPolicy') == 'Cluster' and _has_single_address(ranges, service):
        return True
    if local:
        return any(endpoint.get('nodeName') == node for endpoint in endpoints)
    return not ranges.aggregate and bool(endpoints)


def _ingress(service: Manifest) -> list[str]:
    ingress = ((service.get('status') or {}).get('loadBalancer') or {}).get('ingress') or ()
    return [entry['ip'] for entry in ingress if entry.get('ip')]


def _within(address: str, networks: Sequence[Network]) -> Iterator[Network]:
    value = ip_address(address)
    return (network for network in networks if network.version == value.version and value in network)


def _has_single_address(ranges: ServiceRanges, service: Manifest) -> bool:
    spec = service['spec']
    candidates = [(address, ranges.external) for address in spec.get('externalIPs') or ()]
    if spec.get('type') == 'LoadBalancer':
        asked = [spec['loadBalancerIP']] if spec.get('loadBalancerIP') else []
        candidates += [(address, ranges.load_balancer) for address in (*asked, *_ingress(service))]
    return any(
        network.prefixlen == network.max_prefixlen
        for address, networks in candidates
        for network in _within(address, networks)
    )


def _addresses(ranges: ServiceRanges, service: Manifest) -> Iterator[str]:
    spec = service['spec']
    if ranges.cluster:
        yield from spec.get('clusterIPs') or ()
    yield from (address for address in spec.get('externalIPs') or () if any(_within(address, ranges.external)))
    yield from (address for address in _ingress(service) if any(_within(address, ranges.load_balancer)))
