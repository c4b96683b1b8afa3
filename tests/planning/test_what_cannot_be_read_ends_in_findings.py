"""Whatever the cluster and the routers say, a plan is made, or refused in words."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from ipaddress import ip_network

import pytest

from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import Observation, Resource
from netbox_calico.planning.plan import make_plan
from tests.planning.world import RENDERERS, observation, snapshot

NONSENSE = (None, '', 'x', '1.1', -1, 5, True, [], ['x'], [{}], [{'cidr': 'x'}], {}, {'a': 1}, '10.0.0.0/33')
FIELDS = {
    'BGPConfiguration': (
        'asNumber',
        'nodeToNodeMeshEnabled',
        'serviceClusterIPs',
        'serviceExternalIPs',
        'listenPort',
        'communities',
        'prefixAdvertisements',
    ),
    'IPPool': ('cidr', 'blockSize', 'ipipMode', 'vxlanMode', 'nodeSelector', 'disableBGPExport'),
    'BGPPeer': ('peerIP', 'asNumber', 'nodeSelector', 'peerSelector', 'filters', 'password', 'localASNumber'),
    'BGPFilter': ('importV4', 'exportV4'),
}
SOUND = (
    Resource('BGPPeer', 'foreign', {'peerIP': '10.99.0.1', 'asNumber': 65100, 'filters': ['foreign']}),
    Resource('BGPFilter', 'foreign', {'importV4': [{'action': 'Reject', 'matchOperator': 'In', 'cidr': '10.0.0.0/8'}]}),
)


def judged(wish: Snapshot, seen: Observation) -> None:
    for asn in (wish.cluster.asn, None):
        with suppress(InvalidInput):
            made = make_plan(replace(wish, cluster=replace(wish.cluster, asn=asn)), seen, 'deploy', RENDERERS)
            assert made.steps or made.findings


@pytest.mark.parametrize('value', NONSENSE, ids=str)
@pytest.mark.parametrize(('kind', 'field'), [(kind, field) for kind, fields in FIELDS.items() for field in fields])
def test_of_resources(kind: str, field: str, value: object) -> None:
    wish = snapshot(families=(4,))
    seen = observation(wish)
    resources = tuple(
        replace(found, spec={**found.spec, field: value}) if found.kind == kind else found
        for found in (*seen.cluster.resources, *SOUND)
    )
    judged(wish, replace(seen, cluster=replace(seen.cluster, resources=resources)))


@pytest.mark.parametrize('lengths', ['x', 5, [], {}, {'min': None}, {'min': 'x', 'max': 40}, {'max': None}], ids=str)
def test_of_the_lengths_in_a_rule(lengths: object) -> None:
    wish = snapshot(families=(4,))
    seen = observation(wish)
    peer, found = SOUND
    rule = {**found.spec['importV4'][0], 'prefixLength': lengths}
    resources = (*seen.cluster.resources, peer, replace(found, spec={'importV4': [rule]}))
    judged(wish, replace(seen, cluster=replace(seen.cluster, resources=resources)))


@pytest.mark.parametrize('value', ['', 'x', '0', '-1', '65011', '1.2.3.4', '99999999999'])
@pytest.mark.parametrize('knob', ['asn', 'router_id', 'maximum_paths_4', 'stale_path_time', 'addpath_rx'])
def test_of_routers(knob: str, value: str) -> None:
    wish = snapshot(families=(4,))
    seen = observation(wish)
    first, *others = seen.routers
    judged(wish, replace(seen, routers=(replace(first, settings={**first.settings, knob: value}), *others)))


@pytest.mark.parametrize('annotation', ['ASNumber', 'RouteReflectorClusterID', 'labels', 'IPv4Address'])
@pytest.mark.parametrize('value', ['', 'x', '0', '-1', '1.10', '244.0.0.1', '{', '10.1.1.0/33'])
def test_of_nodes(annotation: str, value: str) -> None:
    wish = snapshot(families=(4,))
    seen = observation(wish)
    first, *others = seen.cluster.nodes
    odd = replace(first, annotations={f'projectcalico.org/{annotation}': value})
    judged(wish, replace(seen, cluster=replace(seen.cluster, nodes=(odd, *others))))


def test_of_blocks_of_no_pool_and_no_node() -> None:
    wish = snapshot(families=(4,))
    seen = observation(wish)
    first, *others = seen.cluster.affinities
    odd = (replace(first, node='gone'), replace(first, cidr=ip_network('172.16.0.0/26')))
    judged(wish, replace(seen, cluster=replace(seen.cluster, affinities=(*odd, *others))))
