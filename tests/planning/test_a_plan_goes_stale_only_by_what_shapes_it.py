"""Digests change with what ends up in an artefact or decides an order, and with nothing that changes every minute."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_address, ip_interface, ip_network

import pytest

from netbox_calico.planning.fingerprint import observation_digest, snapshot_digest
from netbox_calico.planning.model.inventory import Deployed, ForeignUse, ServiceRange, Snapshot
from netbox_calico.planning.model.observation import Affinity, Observation, Resource, RouterSession
from netbox_calico.planning.naming import OWNER_LABEL
from netbox_calico.planning.plan import make_plan, plan_digest
from tests.planning.checks.troubled import (
    Trouble,
    cluster,
    device,
    knobs,
    node,
    observed,
    pool,
    present,
    profile,
    resource,
    router,
    running,
    wished,
)
from tests.planning.world import RENDERERS, observation, snapshot

SESSION = RouterSession(ip_address('192.0.2.1'), 4, 65000, True)

WEATHER: dict[str, Trouble] = {
    'affinities': observed(affinities=(Affinity(ip_network('10.244.9.0/26'), 'node-1-1'),)),
    'readiness': running('node-1-1', ready=False, schedulable=False),
    'heartbeats': running('node-1-1', annotations={'volumes.kubernetes.io/heartbeat': '1'}),
    'labels that are not ours': running('node-1-1', labels={'kubernetes.io/hostname': 'node-1-1'}),
    'sessions': device('tor-1-1', sessions=(SESSION,)),
    'a pending commit': device('tor-1-1', pending_commit=True, saved=False),
    'knobs that are not ours': knobs('tor-1-1', maximum_paths_4='32'),
    'Secrets': observed(secrets={'bgp': frozenset({'a'})}),
    'other objects': present('ClusterInformation', 'default', clusterGUID='1'),
    'other settings of BGP': resource('BGPConfiguration', 'default', logSeverityScreen='Debug'),
    'another cluster on a router': wished(foreign=(ForeignUse('Cluster Two', 'c2', 11),)),
    'how many routers are spoken to at once': profile(workers=5),
    'the guard on deletion': cluster(deletion_share=99),
    'a serial number': node('node-1-1', system_uuid='u'),
    'an address in NetBox that Calico knows better': node('node-1-1', addresses=()),
    'the mode of a pool that is not ours': wished(
        pools=tuple(replace(one, ipip='CrossSubnet') for one in snapshot().pools)
    ),
    'how a pool is cut up': wished(pools=tuple(replace(one, block_size=28) for one in snapshot().pools)),
    'the kind of a service range': wished(
        service_ranges=tuple(replace(one, kind='external', anycast=True) for one in snapshot().service_ranges)
    ),
    'a service range within a pool': wished(
        service_ranges=(*snapshot().service_ranges, ServiceRange(ip_network('10.244.255.0/24'), 'external'))
    ),
    'what was deployed': lambda wish, seen: (replace(wish, deployed=(Deployed('router:11', 'x', 'y'),)), seen),
}
SHAPE: dict[str, Trouble] = {
    'the design': cluster(design='mesh'),
    'the settle time': cluster(settle_time=99),
    'a pool in NetBox': wished(pools=snapshot().pools[:1]),
    'a pool of ours': wished(pools=tuple(replace(one, ours=True) for one in snapshot().pools)),
    'a pool that is kept back': wished(pools=tuple(replace(one, disable_export=True) for one in snapshot().pools)),
    'a service range in NetBox': wished(service_ranges=()),
    'the timers of a router': profile(hold_time=9),
    'a node in NetBox': node('node-1-1', cabled_routers=(11, 12)),
    'a router in NetBox': router('tor-1-1', asn=65999),
    'the API group': observed(api_group='crd.projectcalico.org'),
    'the version': observed(calico_version='v3.33.0'),
    'an address': running('node-1-1', addresses=(ip_interface('10.1.1.99/24'),)),
    'a rack label': running('node-1-1', labels={'netbox-calico.io/rack': 'x'}),
    'who sets the rack label': running('node-1-1', provisioned_labels=frozenset({'netbox-calico.io/rack'})),
    'a mark of leaving': running('node-1-1', annotations={'projectcalico.org/RouteReflectorClusterID': '240.0.0.1'}),
    'the AS of a node': running('node-1-1', asn=1),
    'a section': device('tor-1-1', section='router bgp 65011'),
    'a router that cannot be read': device('tor-1-1', error='gone'),
    'the AS of a router': knobs('tor-1-1', asn='1'),
    'a BGPPeer': present('BGPPeer', 'theirs', peerIP='192.0.2.1'),
    'a pool': pool('pool4', ipipMode='CrossSubnet'),
    'the mesh': resource('BGPConfiguration', 'default', nodeToNodeMeshEnabled=False),
    'the password of the mesh': resource('BGPConfiguration', 'default', nodeMeshPassword={'secretKeyRef': {}}),
}


def digests(change: Trouble) -> tuple[str, str]:
    wish, seen = change(*_sides())
    return snapshot_digest(wish), observation_digest(wish, seen)


def _sides() -> tuple[Snapshot, Observation]:
    wish = snapshot()
    return wish, observation(wish)


@pytest.mark.parametrize('change', WEATHER)
def test_weather(change: str) -> None:
    assert digests(WEATHER[change]) == digests(lambda wish, seen: (wish, seen))


@pytest.mark.parametrize('change', SHAPE)
def test_shape(change: str) -> None:
    assert digests(SHAPE[change]) != digests(lambda wish, seen: (wish, seen))


def test_defaults_that_the_api_adds_to_our_objects_change_nothing() -> None:
    ours = Resource('BGPPeer', 'cal-c1-tor-1-1-4', {'peerIP': '10.1.1.1'}, {OWNER_LABEL: 'c1'}, version='1')
    defaulted = replace(ours, spec={**ours.spec, 'sourceAddress': 'UseNodeIP'}, version='2')

    def having(found: Resource) -> Trouble:
        return lambda wish, seen: (
            wish,
            replace(seen, cluster=replace(seen.cluster, resources=(*seen.cluster.resources, found))),
        )

    assert digests(having(ours)) == digests(having(defaulted))


def _changed(field: str, value: object) -> Callable[[], str]:
    plan = make_plan(*_sides(), 'deploy', RENDERERS)
    return lambda: plan_digest(replace(plan, **{field: value}))  # type: ignore[arg-type]


@pytest.mark.parametrize('field', ['kind', 'design', 'cluster', 'handle', 'snapshot_digest', 'rack_label'])
def test_an_approval_is_bound_to_every_word_of_the_plan(field: str) -> None:
    assert _changed(field, 'other')() != plan_digest(make_plan(*_sides(), 'deploy', RENDERERS))


def test_an_approval_is_bound_to_every_artefact() -> None:
    plan = make_plan(*_sides(), 'deploy', RENDERERS)
    step = plan.steps[1]
    forged = replace(step, items=(replace(step.items[0], artefact='no router bgp 65011'),))
    assert plan_digest(replace(plan, steps=(plan.steps[0], forged, *plan.steps[2:]))) != plan_digest(plan)


def test_an_approval_is_not_bound_to_the_weather() -> None:
    assert _changed('findings', ())() == plan_digest(make_plan(*_sides(), 'deploy', RENDERERS))
