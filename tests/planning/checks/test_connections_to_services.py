"""A plan says when connections from outside to services may break, though no packet is lost."""

from __future__ import annotations

from dataclasses import replace

from netbox_calico.planning.model.inventory import Snapshot
from netbox_calico.planning.model.observation import Observation
from netbox_calico.planning.model.plan import Finding
from netbox_calico.planning.plan import make_plan
from tests.planning.checks.troubled import ALWAYS, Trouble, both, device, resource, running, wished
from tests.planning.world import RENDERERS, World, observation, snapshot

NO_SERVICES = resource(
    'BGPConfiguration', 'default', serviceClusterIPs=[], serviceExternalIPs=[], serviceLoadBalancerIPs=[]
)


def deployed() -> tuple[Snapshot, Observation]:
    """Two racks of two nodes, at the top of rack."""
    wish = snapshot()
    world = World(observation(wish))
    world.run(make_plan(wish, world.observed, 'deploy', RENDERERS))
    return wish, world.observed


def breaking(trouble: Trouble, wish: Snapshot, seen: Observation) -> list[Finding]:
    """The finding, or none."""
    plan = make_plan(*trouble(wish, seen), 'deploy', RENDERERS)
    return [finding for finding in plan.findings if finding.code == ALWAYS]


def unlabelled(name: str) -> Trouble:
    """A node that has yet to join."""
    return running(name, labels={})


def test_a_first_deployment_names_the_ranges_and_counts_what_comes() -> None:
    wish = snapshot()
    (finding,) = breaking(wished(), wish, observation(wish))
    assert finding.severity.value == 'warning'
    for words in (*(str(service.cidr) for service in wish.service_ranges), '4 nodes', '4 routers', 'resilient'):
        assert words in finding.message


def test_a_node_that_joins_is_told_of() -> None:
    (finding,) = breaking(unlabelled('node-1-1'), *deployed())
    assert '1 node and no routers come' in finding.message


def test_a_router_that_is_added_is_told_of() -> None:
    (finding,) = breaking(device('tor-1-1', section=''), *deployed())
    assert 'no nodes and 1 router come' in finding.message


def test_nothing_is_told_where_nothing_moves_or_no_service_is_announced() -> None:
    wish, seen = deployed()
    assert breaking(wished(), wish, seen) == []
    assert breaking(both(NO_SERVICES, unlabelled('node-1-1')), wish, seen) == []
    assert breaking(unlabelled('node-1-1'), replace(wish, service_ranges=()), seen) == []
