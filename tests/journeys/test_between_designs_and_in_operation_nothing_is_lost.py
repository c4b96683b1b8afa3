"""On real parts, under traffic: from one design to another, also over shared addresses, a router drained and put back,
passwords rotated."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from lab.agent.cluster import CALICO_NAMESPACE
from lab.api import Api
from lab.datacentre import Lab, up
from lab.topology import Shape
from lab.traffic.flows import Flow
from tests.journeys.computed import assert_as_computed
from tests.journeys.drive import from_everywhere, inside
from tests.journeys.inventory import snapshot_of
from tests.journeys.top_of_rack import AS_PER_NODE, AS_PER_RACK, DEFAULT_ROUTE, FULL_TABLES, SHARED, knows, move
from tests.lab.cluster import secret

SECRETS = ('bgp-1', 'bgp-2')

pytestmark = pytest.mark.alone


@pytest.fixture(scope='module')
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    shape = Shape(racks=2, nodes=3, tors=2, shared_addresses=True)
    lab = up(shape, name='operate', folder=Path(tmp_path_factory.mktemp('lab')))
    yield lab
    lab.down()


def test_from_one_design_to_another(lab: Lab) -> None:
    for design in (AS_PER_RACK, FULL_TABLES, AS_PER_NODE):
        move(lab, design, 'deploy', inside)
    move(lab, AS_PER_NODE, 'back', inside)


def test_to_shared_addresses_in_one_design_and_from_them_in_another(lab: Lab) -> None:
    """Every speaker holds there what the proof computes."""
    for design, kind in (
        (FULL_TABLES, 'deploy'),
        ({**FULL_TABLES, **SHARED}, 'deploy'),
        ({**DEFAULT_ROUTE, **SHARED}, 'deploy'),
        (DEFAULT_ROUTE, 'deploy'),
        (DEFAULT_ROUTE, 'back'),
    ):
        seen = move(lab, design, kind, lambda flow, of=design: inside(flow) and knows(of, flow))
        if 'options' in design:
            assert len(seen.cluster.of_kind('BGPPeer')) == 4
            tors = [tor.name for tor in lab.topology.tors]
            assert_as_computed(lab, snapshot_of(lab.topology, **design), seen, tors)


def test_a_router_is_drained_and_put_back_and_passwords_are_rotated(lab: Lab) -> None:
    api = Api(lab.kubeconfig)
    for name in SECRETS:
        passwords = {tor.name: f'{name}-of-{tor.name}' for tor in lab.topology.tors}
        api.request('POST', f'/api/v1/namespaces/{CALICO_NAMESPACE}/secrets', secret(name, passwords))
    first, second = ({**FULL_TABLES, 'password_secret': name} for name in SECRETS)
    drained = lab.topology.tors[1].name
    move_with_passwords(lab, first, 'deploy', inside)
    move_with_passwords(lab, first, 'deploy', from_everywhere, drained)
    assert not established(lab, drained)
    move_with_passwords(lab, first, 'deploy', from_everywhere)
    assert established(lab, drained)
    move_with_passwords(lab, second, 'deploy', from_everywhere)
    assert 'bgp-2-of' in lab.routers[drained].vtysh('show running-config')
    move_with_passwords(lab, second, 'back', inside)


def move_with_passwords(
    lab: Lab, design: Mapping[str, object], kind: str, promised: Callable[[Flow], bool], drained: str = ''
) -> None:
    move(lab, design, kind, promised, drained, SECRETS)


def established(lab: Lab, router: str) -> list[str]:
    """The nodes that a router has sessions with."""
    nodes = {str(address.ip) for node in lab.topology.nodes for address in node.addresses}
    found = json.loads(lab.routers[router].vtysh('show bgp summary json')).values()
    return [end for family in found for end, peer in family['peers'].items() if end in nodes]
