"""Ranges from every node, addresses of `Local` services from where their endpoints are, nothing from excluded nodes."""

from __future__ import annotations

from typing import Any

import pytest

from lab.agent.services import EXCLUDED_LABEL, ServiceRanges, announced
from lab.layout import design
from lab.topology import Shape
from tests.lab.cluster import objects_of

TOPOLOGY = design(Shape(racks=2, nodes=3))
RANGES = {
    'serviceClusterIPs': [{'cidr': '10.96.0.0/16'}, {'cidr': 'fd00:10:96::/112'}],
    'serviceExternalIPs': [{'cidr': '203.0.113.0/24'}],
}


def announced_by(node: str, family: int, spec: dict[str, Any], /, **changes: Any) -> tuple[str, ...]:
    """What a node of the lab announces when its services are changed so."""
    objects = objects_of(TOPOLOGY)
    services = [
        {**service, **{part: {**service.get(part, {}), **change} for part, change in changes.items()}}
        for service in objects['Service']
    ]
    (manifest,) = [found for found in objects['Node'] if found['metadata']['name'] == node]
    return announced(ServiceRanges.from_spec(spec), services, objects['EndpointSlice'], manifest, family)  # type: ignore[arg-type]


def test_every_node_announces_the_ranges() -> None:
    assert announced_by('node-1-3', 4, RANGES) == ('10.96.0.0/16', '203.0.113.0/24')
    assert announced_by('node-1-3', 6, RANGES) == ('fd00:10:96::/112',)


def test_nodes_with_endpoints_announce_the_addresses_of_local_services_too() -> None:
    assert announced_by('node-1-1', 4, RANGES) == (
        '10.96.0.0/16',
        '203.0.113.0/24',
        '10.96.0.101/32',
        '203.0.113.101/32',
    )
    assert announced_by('node-1-1', 6, RANGES) == ('fd00:10:96::/112', 'fd00:10:96::65/128')


def test_an_external_address_out_of_no_range_is_not_announced() -> None:
    assert announced_by('node-1-1', 4, {'serviceClusterIPs': [{'cidr': '10.96.0.0/16'}]}) == (
        '10.96.0.0/16',
        '10.96.0.101/32',
    )


def test_without_ranges_nothing_is_announced() -> None:
    assert announced_by('node-1-1', 4, {}) == ()


def test_a_single_external_address_belongs_to_its_service_wherever_its_endpoints_are() -> None:
    spec = {'serviceExternalIPs': [{'cidr': '203.0.113.100/32'}]}

    assert announced_by('node-1-3', 4, spec) == ('203.0.113.100/32',)


@pytest.mark.parametrize(('aggregation', 'single'), [('Enabled', ()), ('Disabled', ('198.18.0.7/32',))])
def test_without_aggregation_each_load_balancer_address_is_announced_instead_of_the_range(
    aggregation: str, single: tuple[str, ...]
) -> None:
    spec = {'serviceLoadBalancerIPs': [{'cidr': '198.18.0.0/24'}], 'serviceLoadBalancerAggregation': aggregation}
    change = {
        'spec': {'type': 'LoadBalancer', 'externalTrafficPolicy': 'Cluster'},
        'status': {'loadBalancer': {'ingress': [{'ip': '198.18.0.7'}]}},
    }

    ranges = ('198.18.0.0/24',) if aggregation == 'Enabled' else ()
    assert announced_by('node-1-3', 4, spec, **change) == (*ranges, *single)


def test_an_excluded_node_announces_nothing() -> None:
    objects = objects_of(TOPOLOGY)
    (manifest,) = [found for found in objects['Node'] if found['metadata']['name'] == 'node-1-1']
    manifest['metadata']['labels'][EXCLUDED_LABEL] = 'true'

    ranges = ServiceRanges.from_spec(RANGES)
    assert announced(ranges, objects['Service'], objects['EndpointSlice'], manifest, 4) == ()


def test_an_entry_without_a_range_is_passed_over() -> None:
    ranges = ServiceRanges.from_spec({'serviceClusterIPs': [{}, {'cidr': '10.96.0.0/16'}]})
    assert ranges.announced_everywhere(4) == ('10.96.0.0/16',)
