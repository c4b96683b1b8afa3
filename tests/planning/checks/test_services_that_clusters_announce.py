"""Ranges of services: whose they are, who else announces them, and that routers let in just what NetBox has."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network

import pytest

from netbox_calico.planning.model.inventory import ForeignRange, ServiceRange, Snapshot
from netbox_calico.planning.model.observation import Observation
from netbox_calico.planning.plan import make_plan
from tests.planning.checks.troubled import Sides, Trouble, both, knobs, present, resource, wished
from tests.planning.data_centre import DESIGNS
from tests.planning.world import RENDERERS, TOP_OF_RACK, observation, snapshot

WITH_ROUTERS = (*TOP_OF_RACK, 'reflectors-tor')
"""The designs whose routers hear of services."""

RANGE = ip_network('10.96.0.0/16')


def codes(trouble: Trouble, design: str) -> set[str]:
    wish = snapshot(2, 3, 2, design=DESIGNS[design]['design'])
    wish = replace(wish, cluster=replace(wish.cluster, **DESIGNS[design]))
    return {one.code for one in make_plan(*trouble(wish, observation(wish)), 'deploy', RENDERERS).findings}


def elsewhere(cidr: str, anycast: bool) -> Trouble:
    """Another cluster in the VRF announces services there."""
    return wished(foreign_ranges=(ForeignRange('Cluster Two', ip_network(cidr), service=True, anycast=anycast),))


def here(wish: Snapshot, seen: Observation) -> Sides:
    """Our ranges are marked as anycast."""
    return replace(wish, service_ranges=tuple(replace(one, anycast=True) for one in wish.service_ranges)), seen


@pytest.mark.parametrize('design', WITH_ROUTERS)
class TestTheSameRangeFromTwoClusters:
    @pytest.mark.parametrize('cidr', ['10.96.0.0/16', '10.96.0.0/12', '10.96.3.0/24'])
    def test_is_found(self, design: str, cidr: str) -> None:
        assert 'service-range-of-two-clusters' in codes(elsewhere(cidr, anycast=False), design)

    def test_is_found_where_one_alone_is_anycast(self, design: str) -> None:
        assert 'service-range-of-two-clusters' in codes(elsewhere('10.96.0.0/16', anycast=True), design)
        assert 'service-range-of-two-clusters' in codes(both(here, elsewhere('10.96.0.0/16', anycast=False)), design)

    def test_is_meant_where_both_are_anycast(self, design: str) -> None:
        assert 'service-range-of-two-clusters' not in codes(both(here, elsewhere('10.96.0.0/16', True)), design)

    def test_is_another_range_beside_it(self, design: str) -> None:
        assert 'service-range-of-two-clusters' not in codes(elsewhere('10.97.0.0/16', anycast=False), design)


@pytest.mark.parametrize('design', [*WITH_ROUTERS, 'reflectors', 'reflectors-external'])
def test_addresses_that_the_old_variable_announces_are_found(design: str) -> None:
    variable = present('DaemonSet', 'calico-node', env={'CALICO_ADVERTISE_CLUSTER_IPS': '10.96.0.0/12'})
    assert 'legacy-service-addresses' in codes(variable, design)


@pytest.mark.parametrize('design', WITH_ROUTERS)
def test_routers_that_use_one_path_are_found(design: str) -> None:
    assert 'multipath-off' in codes(knobs('tor-1-1', maximum_paths_4='1'), design)
    assert 'multipath-off' not in codes(knobs('tor-1-1', maximum_paths_4='2'), design)


@pytest.mark.parametrize('design', WITH_ROUTERS)
def test_communities_that_stop_services_are_found(design: str) -> None:
    advertised = [{'cidr': str(RANGE), 'communities': ['65535:65281']}]
    stopping = resource('BGPConfiguration', 'default', prefixAdvertisements=advertised)
    assert 'community-stops-routes' in codes(stopping, design)


@pytest.mark.parametrize('design', WITH_ROUTERS)
def test_routers_let_in_the_ranges_down_to_addresses(design: str) -> None:
    wish = snapshot(2, 3, 2, design=DESIGNS[design]['design'])
    wish = replace(wish, cluster=replace(wish.cluster, **DESIGNS[design]))
    plan = make_plan(wish, observation(wish), 'deploy', RENDERERS)
    sent: dict[str, str] = {}
    for item in (item for step in plan.steps for item in step.items if item.target.startswith('router')):
        sent.setdefault(item.target, item.artefact)
    assert len(sent) == 4
    for text in sent.values():
        assert 'CAL-C1-IN4 permit 10.96.0.0/16 le 32' in text
        assert 'CAL-C1-IN6 permit fd00:96::/112 le 128' in text
    wish = replace(wish, service_ranges=tuple(one for one in wish.service_ranges if one.cidr != RANGE))
    plan = make_plan(wish, observation(snapshot(2, 3, 2)), 'deploy', RENDERERS)
    assert 'service-range-unknown' in {one.code for one in plan.findings}
    assert not any('10.96.0.0/16' in item.artefact for step in plan.steps for item in step.items)


@pytest.mark.parametrize('design', WITH_ROUTERS)
def test_a_part_of_a_range_in_netbox_is_let_in(design: str) -> None:
    wider = ServiceRange(ip_network('10.96.0.0/12'), 'cluster')
    ranges = (wider, ServiceRange(ip_network('fd00:96::/112'), 'cluster'))
    assert 'service-range-unknown' not in codes(wished(service_ranges=ranges), design)
    narrower = (replace(wider, cidr=ip_network('10.96.0.0/24')), ranges[1])
    assert 'service-range-unknown' in codes(wished(service_ranges=narrower), design)
