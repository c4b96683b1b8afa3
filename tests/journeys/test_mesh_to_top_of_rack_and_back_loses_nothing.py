"""The main job on real parts, under traffic: two TORs a rack, both families, there and back, ten times in a row.

Every top-of-rack design has its turn. UDP flows of a thousand packets a second each between all racks, within each, to
a borrowed address and from outside to services, and TCP connections between pods that live through it all. On the way
back nothing is promised to the outside: the routers forget the cluster, which the plan says beforehand. Once a router
is drained and put back and passwords are rotated in between, and once the way leads over shared addresses.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from lab.agent.cluster import CALICO_NAMESPACE
from lab.api import Api
from lab.datacentre import Lab, up
from lab.topology import Shape
from lab.traffic.flows import Flow
from netbox_calico.planning.model.observation import Observation
from netbox_calico.planning.model.options import LoopRemedy, Options, Scheme
from tests.journeys.computed import assert_as_computed
from tests.journeys.drive import drive, from_everywhere, inside, lossless
from tests.journeys.inventory import snapshot_of
from tests.lab.cluster import secret

FULL_TABLES: Mapping[str, object] = {'design': 'tor-full-tables'}
OWN_AS_ALLOWED: Mapping[str, object] = {**FULL_TABLES, 'options': Options(loop_remedy=LoopRemedy.ALLOW_OWN_AS)}
AS_PER_RACK: Mapping[str, object] = {'design': 'tor-as-per-rack'}
AS_PER_NODE: Mapping[str, object] = {'design': 'tor-as-per-node', 'asn_range': (64601, 64999)}
DEFAULT_ROUTE: Mapping[str, object] = {'design': 'tor-default'}
TIMES = (*3 * (FULL_TABLES,), OWN_AS_ALLOWED, AS_PER_RACK, AS_PER_NODE, DEFAULT_ROUTE)
"""And thrice more from one design to another, with passwords and over shared addresses: ten times there and back."""

SHARED: Mapping[str, object] = {'options': Options(scheme=Scheme.SHARED_ADDRESS)}

SECRETS = ('bgp-1', 'bgp-2')

pytestmark = pytest.mark.alone


@pytest.fixture(scope='module')
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    shape = Shape(racks=2, nodes=3, tors=2, shared_addresses=True)
    lab = up(shape, name='thereback', folder=Path(tmp_path_factory.mktemp('lab')))
    yield lab
    lab.down()


def _promised(flow: Flow, design: Mapping[str, object], kind: str) -> bool:
    """With a default route alone a node never learns where the addresses are that its blocks lent; the plan says so."""
    kept = from_everywhere(flow) if kind == 'deploy' else inside(flow)
    return kept and _known(flow, design)


def _known(flow: Flow, design: Mapping[str, object]) -> bool:
    return flow.scope != 'borrowed' or design['design'] != 'tor-default'


@pytest.mark.parametrize(
    ('time', 'kind'), [(time, kind) for time in range(1, len(TIMES) + 1) for kind in ('deploy', 'back')]
)
def test_not_one_packet_is_lost(lab: Lab, time: int, kind: str) -> None:
    design = TIMES[time - 1]
    move(lab, design, kind, lambda flow: _promised(flow, design, kind))


def test_from_one_design_to_another(lab: Lab) -> None:
    for design, kind in ((AS_PER_RACK, 'deploy'), (FULL_TABLES, 'deploy'), (FULL_TABLES, 'back')):
        move(lab, design, kind, inside)


def test_to_shared_addresses_in_one_design_and_from_them_in_another(lab: Lab) -> None:
    """Every speaker holds there what the proof computes."""
    for design, kind in (
        (FULL_TABLES, 'deploy'),
        ({**FULL_TABLES, **SHARED}, 'deploy'),
        ({**DEFAULT_ROUTE, **SHARED}, 'deploy'),
        (DEFAULT_ROUTE, 'deploy'),
        (DEFAULT_ROUTE, 'back'),
    ):
        seen = move(lab, design, kind, lambda flow, of=design: inside(flow) and _known(flow, of))
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
    move(lab, first, 'deploy', inside)
    move(lab, first, 'deploy', from_everywhere, drained)
    assert not established(lab, drained)
    move(lab, first, 'deploy', from_everywhere)
    assert established(lab, drained)
    move(lab, second, 'deploy', from_everywhere)
    assert 'bgp-2-of' in lab.routers[drained].vtysh('show running-config')
    move(lab, second, 'back', inside)


def established(lab: Lab, router: str) -> list[str]:
    """The nodes that a router has sessions with."""
    nodes = {str(address.ip) for node in lab.topology.nodes for address in node.addresses}
    found = json.loads(lab.routers[router].vtysh('show bgp summary json')).values()
    return [end for family in found for end, peer in family['peers'].items() if end in nodes]


def move(
    lab: Lab, design: Mapping[str, object], kind: str, promised: Callable[[Flow], bool], drained: str = ''
) -> Observation:
    """Carry out the plan under traffic, of which nothing is lost, after which nothing is left to plan."""
    wish = snapshot_of(lab.topology, **design)
    wish = replace(wish, routers=tuple(replace(tor, drained=tor.name == drained) for tor in wish.routers))
    with drive(lab, wish, secrets=SECRETS) as driver:
        lossless(lab, driver, driver.plan(kind), promised)
        seen = driver.observe()
        assert seen.cluster.mesh is (kind == 'back')
        return seen
