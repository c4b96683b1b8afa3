"""Of pools, and of service ranges, that fare alike in all states one stands for all; what does not is its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest

from netbox_calico.planning.model.observation import Resource
from netbox_calico.planning.proof.state import State
from netbox_calico.planning.proof.treatment import treated
from tests.planning.world import observation, snapshot

ONE, OTHER = ip_network('10.244.0.0/16'), ip_network('10.7.0.0/16')
RANGES = ip_network('10.96.0.0/16'), ip_network('10.97.0.0/16')
PEER = Resource(
    'BGPPeer', 'tor', {'nodeSelector': 'all()', 'peerIP': '10.1.1.1', 'asNumber': 65011, 'filters': ['filter']}
)


def state(rules: tuple[dict[str, Any], ...] = (), **pool: object) -> State:
    """Two pools and two service ranges; ``pool`` is in what the second is otherwise."""
    cluster = observation(snapshot(families=(4,))).cluster
    default, first = cluster.find('BGPConfiguration', 'default'), cluster.find('IPPool', 'pool4')
    assert default
    assert first
    services = replace(default, spec={**default.spec, 'serviceClusterIPs': [{'cidr': str(cidr)} for cidr in RANGES]})
    second = replace(first, name='second', spec={**first.spec, 'cidr': str(OTHER), **pool})
    rejecting = Resource('BGPFilter', 'filter', {'importV4': list(rules)})
    return State(replace(cluster, resources=(services, first, second, PEER, rejecting)), {})


def alike(*states: State, changing: tuple[str, ...] = ()) -> bool:
    found = treated(states, changing).pools
    return found[ONE] == found[OTHER]


def test_pools_of_equal_mode_and_no_rule_of_their_own_fare_alike() -> None:
    assert alike(state())
    assert alike(state(({'action': 'Reject', 'matchOperator': 'In', 'cidr': '10.0.0.0/8'},)))


@pytest.mark.parametrize(
    'made',
    [
        lambda: state(ipipMode='Always'),
        lambda: state(vxlanMode='Always'),
        lambda: state(blockSize=28),
        lambda: state(({'action': 'Reject', 'matchOperator': 'In', 'cidr': '10.7.0.0/16'},)),
        lambda: state(({'action': 'Reject', 'matchOperator': 'In', 'cidr': '10.7.1.0/24'},)),
    ],
)
def test_what_differs_in_any_state_is_unlike(made: Callable[[], State]) -> None:
    assert not alike(state(), made(), state())


def test_what_is_not_exported_in_some_state_is_unlike_what_is_in_all() -> None:
    assert OTHER not in treated([state(disableBGPExport=True)], ()).pools
    assert not alike(state(disableBGPExport=True), state())


def test_a_pool_that_the_plan_changes_is_unlike_one_that_it_does_not() -> None:
    never, across = state(ipipMode='Never'), state(ipipMode='CrossSubnet')
    assert not alike(across, never, changing=('second',))


def test_service_ranges_are_told_apart_by_rules_alone() -> None:
    one, other = (treated([state()], ()).services[cidr] for cidr in RANGES)
    assert one == other
    rule = {'action': 'Reject', 'matchOperator': 'In', 'cidr': str(RANGES[1])}
    one, other = (treated([state((rule,))], ()).services[cidr] for cidr in RANGES)
    assert one != other
