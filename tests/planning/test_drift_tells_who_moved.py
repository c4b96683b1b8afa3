"""Intent, deployed, observed: what NetBox has changed, what somebody else has, and what vanished altogether."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netbox_calico.planning.drift import Drift, drift
from netbox_calico.planning.model.inventory import Deployed, Snapshot
from netbox_calico.planning.model.observation import Observation
from netbox_calico.planning.plan import judge, make_plan
from netbox_calico.planning.rollout.encapsulation import mode_pair
from tests.planning.checks.troubled import Sides, Trouble, both, device, node, resource, running, sound, without_router
from tests.planning.world import RENDERERS, World, observation, snapshot

PEER = 'kubernetes:BGPPeer/cal-c1-tor-1-1-4'


def deployed() -> Sides:
    """Two racks on their routers, and a record of what was sent last."""
    wish = snapshot(2, 2, 2, (4,))
    world = World(observation(wish))
    plan = make_plan(wish, world.observed, 'deploy', RENDERERS)
    world.run(plan)
    last = {item.target: Deployed(item.target, item.artefact, item.after) for step in plan.steps for item in step.items}
    return replace(wish, deployed=tuple(last.values())), world.observed


def after(change: Trouble) -> tuple[Drift, ...]:
    wish, seen = change(*deployed())
    intent, _ = judge(wish, seen, RENDERERS)
    return drift(wish, intent, seen, RENDERERS)


def told(change: Trouble) -> set[tuple[str, str, str]]:
    return {(entry.target, entry.kind.value, entry.severity.value) for entry in after(change)}


def without_object(kind: str, name: str) -> Trouble:
    def change(wish: Snapshot, seen: Observation) -> Sides:
        kept = tuple(found for found in seen.cluster.resources if (found.kind, found.name) != (kind, name))
        return wish, replace(seen, cluster=replace(seen.cluster, resources=kept))

    return change


def another_prefix(wish: Snapshot, seen: Observation) -> Sides:
    return replace(wish, pools=wish.pools[:1], service_ranges=()), seen


def test_nothing_moved() -> None:
    assert after(sound) == ()


def rewritten(wish: Snapshot, seen: Observation) -> Sides:
    [section] = [found.section for found in seen.routers if found.name == 'tor-1-1']
    return device('tor-1-1', section=section.replace('timers 10 30', 'timers 1 3'))(wish, seen)


@pytest.mark.parametrize(
    ('change', 'target', 'kind', 'severity'),
    [
        (resource('BGPPeer', 'cal-c1-tor-1-1-4', asNumber=1), PEER, 'changed', 'warning'),
        (without_object('BGPPeer', 'cal-c1-tor-1-1-4'), PEER, 'vanished', 'error'),
        (rewritten, 'router:11', 'changed', 'warning'),
        (device('tor-1-1', section=''), 'router:11', 'vanished', 'error'),
        (running('node-1-1', labels={}), 'kubernetes:Node/node-1-1', 'vanished', 'error'),
        (
            running('node-1-1', labels={'netbox-calico.io/rack': 'rack-2'}),
            'kubernetes:Node/node-1-1',
            'changed',
            'warning',
        ),
        (
            resource('BGPConfiguration', 'default', nodeToNodeMeshEnabled=True),
            'kubernetes:BGPConfiguration/default',
            'changed',
            'warning',
        ),
    ],
)
def test_somebody_else_moved(change: Trouble, target: str, kind: str, severity: str) -> None:
    assert told(change) == {(target, kind, severity)}


def ours(mode: str) -> Trouble:
    """The pool was set to CrossSubnet by the last plan, and is what somebody else made of it."""

    def change(wish: Snapshot, seen: Observation) -> Sides:
        [pool] = seen.cluster.of_kind('IPPool')
        do, _ = mode_pair('projectcalico.org', pool, 'CrossSubnet')
        deployed = (*wish.deployed, Deployed(do.target, do.artefact, do.after))
        wish = replace(
            wish, pools=tuple(replace(one, ours=True, ipip='CrossSubnet') for one in wish.pools), deployed=deployed
        )
        return resource('IPPool', 'pool4', ipipMode=mode)(wish, seen)

    return change


def test_a_pool_of_ours_that_somebody_changed() -> None:
    assert told(ours('CrossSubnet')) == set()
    assert told(ours('Never')) == {('kubernetes:IPPool/pool4', 'changed', 'warning')}
    [entry] = after(ours('Never'))
    assert [(change.field, change.old, change.new) for change in entry.changes] == [
        ('ipipMode', 'Never', 'CrossSubnet')
    ]


def test_netbox_moved() -> None:
    found = told(another_prefix)
    assert {kind for _, kind, _ in found} == {'pending'}
    assert {target for target, _, _ in found} == {
        'kubernetes:BGPFilter/cal-c1-tor-import',
        *(f'router:{key}' for key in (11, 12, 21, 22)),
    }


def test_what_was_never_deployed_is_pending() -> None:
    wish = snapshot(1, 1, 1, (4,))
    seen = observation(wish)
    intent, _ = judge(wish, seen, RENDERERS)
    found = drift(wish, intent, seen, RENDERERS)
    assert {entry.kind.value for entry in found} == {'pending'}
    assert 'kubernetes:BGPConfiguration/default' in {entry.target for entry in found}


def test_a_gap_in_netbox_is_not_told_as_what_has_to_be_removed() -> None:
    """A node that cannot be placed is missing in the intent; that it is still configured is no drift."""
    nowhere = both(without_router('tor-2-1'), without_router('tor-2-2'))
    assert told(both(nowhere, running('node-1-1', labels={}))) == {('kubernetes:Node/node-1-1', 'vanished', 'error')}


def test_the_diff_leads_to_what_should_be() -> None:
    [entry] = after(resource('BGPPeer', 'cal-c1-tor-1-1-4', asNumber=1))
    assert '- asNumber: 1' in entry.diff
    assert '+ asNumber: 65011' in entry.diff
    assert [(change.field, change.old, change.new) for change in entry.changes] == [('asNumber', '1', '65011')]


def test_a_node_in_no_rack_is_a_gap_too() -> None:
    assert told(node('node-1-1', rack=None)) == set()
