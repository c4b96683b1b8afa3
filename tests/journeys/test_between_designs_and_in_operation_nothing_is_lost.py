"""On real parts, under traffic: from one design to another, a router drained and put back, passwords rotated."""

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
from tests.journeys.drive import from_everywhere, inside
from tests.journeys.top_of_rack import AS_PER_RACK, FULL_TABLES, move
from tests.lab.cluster import secret

SECRETS = ('bgp-1', 'bgp-2')

pytestmark = pytest.mark.alone


@pytest.fixture(scope='module')
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    lab = up(Shape(racks=2, nodes=3, tors=2), name='operate', folder=Path(tmp_path_factory.mktemp('lab')))
    yield lab
    lab.down()


def test_from_one_design_to_another(lab: Lab) -> None:
    for design, kind in ((AS_PER_RACK, 'deploy'), (FULL_TABLES, 'deploy'), (FULL_TABLES, 'back')):
        move(lab, design, kind, inside)


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
