"""What people write into routers, labels, annotations and resources may be anything: it is told, and nothing breaks."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from netbox_calico.planning.encapsulation import of_operator
from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.model.observation import Resource
from netbox_calico.planning.model.options import Options
from netbox_calico.planning.model.plan import Severity
from netbox_calico.planning.naming import OWNER_LABEL, SAVED_MESH, natural
from netbox_calico.planning.plan import judge, make_plan
from tests.planning.checks.troubled import Trouble, both, found, knobs, observed, pool, present, resource, running
from tests.planning.data_centre import DESIGNS
from tests.planning.world import RENDERERS, observation, snapshot, with_external

CONFIGURATION = ('BGPConfiguration', 'default')
UNREADABLE: dict[str, tuple[Trouble, str]] = {
    'a list of services that is none': (
        resource(*CONFIGURATION, serviceExternalIPs=5), 'spec.serviceExternalIPs is something else'
    ),
    'a range of services that is a number': (
        resource(*CONFIGURATION, serviceExternalIPs=[5]), 'BGPConfiguration/default: serviceExternalIPs'
    ),
    'a text for a community': (resource(*CONFIGURATION, communities=['65000:1']), 'communities is something else'),
    'an advertisement with a text for its communities': (
        resource(*CONFIGURATION, prefixAdvertisements=[{'cidr': '10.0.0.0/8', 'communities': 5}]), 'communities is 5'
    ),
    'an AS number that is a list': (resource(*CONFIGURATION, asNumber=[64512]), 'asNumber'),
    'an AS number that is a word': (resource(*CONFIGURATION, asNumber='many'), "'many' is no AS number"),
    'a port beyond all ports': (resource(*CONFIGURATION, listenPort=2**70), 'write a number from 0 to 65535'),
    'a duration without a unit': (resource(*CONFIGURATION, nodeMeshMaxRestartTime='5'), 'no duration'),
    'a block size that is a mapping': (pool('pool4', blockSize={'a': 1}), 'IPPool/pool4: blockSize is'),
    'a mode that is true': (pool('pool4', ipipMode=True), 'IPPool/pool4: ipipMode is True'),
    'a filter that is a number': (present('BGPFilter', 'odd', importV4=5), 'BGPFilter/odd: importV4'),
    'a rule that is a text': (present('BGPFilter', 'odd', exportV4=['x']), 'BGPFilter/odd: exportV4'),
    'lengths of prefixes that are texts': (
        present('BGPFilter', 'odd', exportV4=[{'prefixLength': {'min': 'x'}}]), 'exportV4[0].prefixLength.min'
    ),
    'a BGPPeer with a number for a selector': (present('BGPPeer', 'odd', nodeSelector=5), 'nodeSelector is 5'),
    'a password that is a text': (present('BGPPeer', 'odd', peerIP='192.0.2.1', password='x'), 'password is a str'),
    'variables that are a list': (present('DaemonSet', 'calico-node', env=['x']), 'env is a list'),
    'an image that is a number': (present('DaemonSet', 'calico-node', env={}, image=5), 'image is 5'),
    'nodes that are a list': (present('DaemonSet', 'calico-node', env={}, nodes=[]), 'nodes is []'),
    'replicas that are a word': (present('Deployment', 'calico-typha', replicas='x'), "replicas is 'x'"),
    'an MTU that is a word': (present('FelixConfiguration', 'default', ipipMTU='x'), "ipipMTU is 'x'"),
    'an affinity that is a word': (
        present('IPAMConfiguration', 'default', strictAffinity='x'), "strictAffinity is 'x'"
    ),
}  # fmt: skip


@pytest.mark.parametrize('kind', ['deploy', 'back'])
@pytest.mark.parametrize('case', UNREADABLE)
def test_an_object_that_cannot_be_read_stops_the_plan_in_words(case: str, kind: str) -> None:
    trouble, words = UNREADABLE[case]
    told = [one for one in found(trouble, kind) if one.code == 'resource-unreadable']
    assert len(told) == 1
    assert words.removeprefix('spec.') in told[0].message
    assert told[0].severity is Severity.ERROR


@pytest.mark.parametrize('design', DESIGNS)
def test_every_design_does_without_what_cannot_be_read(design: str) -> None:
    wish = with_external(snapshot(design=DESIGNS[design]['design']))
    wish = replace(wish, cluster=replace(wish.cluster, **DESIGNS[design]))
    for trouble, _ in UNREADABLE.values():
        sides = trouble(wish, observation(wish))
        _, findings = judge(*sides, RENDERERS)
        assert 'resource-unreadable' in {one.code for one in findings}


READABLE: dict[str, Trouble] = {
    'no variables at all': present('DaemonSet', 'calico-node'),
    'an AS number in two parts': resource(*CONFIGURATION, asNumber='0.64512'),
    'a pool that bears our label': present('IPPool', 'more', {OWNER_LABEL: 'c1'}, cidr='10.250.0.0/16'),
    'a shared address in a BGPPeer without an AS': present('BGPPeer', 'odd', peerIP='169.254.0.1'),
    'a release in other digits': observed(calico_version='v3.²'),
    'a router that counts its paths in other digits': knobs('tor-1-1', maximum_paths_4='²', stale_path_time='²'),
    'a router with an AS in other digits': knobs('tor-1-1', asn='²'),
    'a node named in other digits': running('node-1-1', name='node-²'),
}


@pytest.mark.parametrize('kind', ['deploy', 'back'])
@pytest.mark.parametrize('design', ['tor-full-tables', 'tor-full-tables-shared', 'reflectors', 'reflectors-external'])
@pytest.mark.parametrize('case', READABLE)
def test_what_is_odd_is_planned_with(case: str, design: str, kind: str) -> None:
    wish = with_external(snapshot(design=DESIGNS[design]['design']))
    wish = replace(wish, cluster=replace(wish.cluster, **DESIGNS[design]))
    plan = make_plan(*READABLE[case](wish, observation(wish)), kind, RENDERERS)
    assert 'resource-unreadable' not in {one.code for one in plan.findings}


def test_a_router_id_that_is_none_is_told() -> None:
    for text in ('tor-1-1', '10.1.1', '10.1.1.1/24', 'fd00::1'):
        [finding] = [one for one in found(knobs('tor-1-1', router_id=text)) if one.code == 'router-id-unreadable']
        assert f'tor-1-1 has {text!r} for its BGP router ID' in finding.message


def test_names_are_in_their_natural_order_whatever_their_digits() -> None:
    assert sorted(['node-²', 'node-10', 'node-9', 'node-٣'], key=natural) == ['node-٣', 'node-9', 'node-10', 'node-²']


SAVED: dict[str, str] = {
    'no JSON': '{',
    'a list': '[]',
    'a number for a password': '{"nodeMeshPassword": 1}',
    'a word for a time': '{"nodeMeshMaxRestartTime": "soon"}',
    'brackets without end': '[' * 200_000,
}


@pytest.mark.parametrize('case', SAVED)
def test_settings_of_the_mesh_that_are_none_do_not_come_back_with_it(case: str) -> None:
    wish = snapshot()
    default = Resource(*CONFIGURATION, {'nodeToNodeMeshEnabled': False}, annotations={SAVED_MESH: SAVED[case]})
    others = tuple(one for one in observation(wish).cluster.resources if one.kind != 'BGPConfiguration')
    plan = make_plan(*observed(resources=(default, *others))(wish, observation(wish)), 'back', RENDERERS)
    [item] = [item for step in plan.steps for item in step.items]
    patch = json.loads(item.artefact)['patch']['spec']
    assert patch == {'nodeToNodeMeshEnabled': True, 'nodeMeshPassword': None, 'nodeMeshMaxRestartTime': None}


def test_labels_in_an_annotation_may_be_brackets_without_end() -> None:
    annotations = {'projectcalico.org/labels': '[' * 200_000}
    assert 'resource-unreadable' not in {one.code for one in found(running('node-1-1', annotations=annotations))}
    pools = observation(snapshot()).cluster.of_kind('IPPool')
    kept = {'projectcalico.org/metadata': '[' * 200_000}
    assert not any(of_operator(replace(pool, annotations=kept)) for pool in pools)


def test_no_node_per_reflector_is_refused_in_words() -> None:
    wish = snapshot(design='reflectors', options=Options(nodes_per_reflector=0))
    with pytest.raises(InvalidInput, match='0 nodes per reflector are none: choose 1 or more'):
        make_plan(wish, observation(wish), 'deploy', RENDERERS)


def test_a_label_of_ours_on_a_pool_makes_no_pool_ours() -> None:
    both_sides = both(present('IPPool', 'more', {OWNER_LABEL: 'c1'}, cidr='10.244.0.0/17'))
    targets = {item.target for step in _plan(both_sides).steps for item in step.items}
    assert 'kubernetes:IPPool/more' not in targets


def _plan(trouble: Trouble):  # type: ignore[no-untyped-def]
    wish = snapshot()
    return make_plan(*trouble(wish, observation(wish)), 'deploy', RENDERERS)
