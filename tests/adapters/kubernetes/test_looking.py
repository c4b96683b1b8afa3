"""A look at nodes: the test stands in for calico-node and fills in what was asked for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from lightkube import Client
from lightkube.types import PatchType

from netbox_calico.adapters.kubernetes import KubernetesCluster, looking
from netbox_calico.planning.model.observation import NodePeer, NodeRoute
from netbox_calico.planning.naming import OWNER_LABEL
from tests.adapters.kubernetes.conftest import V1, make

STATUS = V1['CalicoNodeStatus']
ANSWER = {
    'agent': {'birdV4': {'state': 'Ready'}},
    'bgp': {
        'numberEstablishedV4': 1,
        'numberNotEstablishedV4': 1,
        'numberEstablishedV6': 0,
        'numberNotEstablishedV6': 0,
        'peersV4': [
            {'peerIP': '10.1.1.1', 'type': 'NodePeer', 'state': 'Established', 'since': '12:00'},
            {'peerIP': '10.1.2.11', 'type': 'NodeMesh', 'state': 'Active', 'since': '12:00'},
        ],
    },
    'routes': {
        'routesV4': [
            {
                'type': 'FIB',
                'destination': '10.244.1.0/26',
                'gateway': '10.1.1.1',
                'interface': 'eth0',
                'learnedFrom': {'sourceType': 'BGPPeer', 'peerIP': '10.1.1.1'},
            },
            {
                'type': 'RIB',
                'destination': '10.244.0.0/26',
                'gateway': 'N/A',
                'interface': 'unreachable',
                'learnedFrom': {'sourceType': 'Static'},
            },
        ],
        'routesV6': [
            {'type': 'FIB', 'destination': 'fd10::/122', 'gateway': 'fe80::1', 'learnedFrom': {'sourceType': 'Kernel'}}
        ],
    },
}


@contextmanager
def nodes_answering(admin: Client, seen: list[Any], silent: frozenset[str] = frozenset()) -> Iterator[None]:
    """calico-node on every node but the silent ones; collects what stood there at once."""
    over = threading.Event()

    def answer() -> None:
        while not over.wait(0.05):
            found = list(admin.list(STATUS))
            seen.append(len(found))
            for each in found:
                if each['spec']['node'] not in silent and not each.get('status'):
                    now = datetime.now(UTC).isoformat(timespec='seconds')
                    asked = {name.lower(): ANSWER[name.lower()] for name in each['spec']['classes']}
                    filled = {'status': {**asked, 'lastUpdated': now}}
                    admin.patch(STATUS, each['metadata']['name'], filled, patch_type=PatchType.MERGE)

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_peers_and_routes_of_a_node(admin: Client, cluster: KubernetesCluster) -> None:
    with nodes_answering(admin, []):
        (status,) = cluster.look(['n1'])
    router = ip_address('10.1.1.1')
    assert (status.node, status.error) == ('n1', '')
    assert status.peers == (NodePeer(router, 'NodePeer', True), NodePeer(ip_address('10.1.2.11'), 'NodeMesh', False))
    assert status.routes == (
        NodeRoute(ip_network('10.244.1.0/26'), router, 'eth0', True, 'BGPPeer', router),
        NodeRoute(ip_network('10.244.0.0/26'), None, 'unreachable', False, 'Static'),
        NodeRoute(ip_network('fd10::/122'), ip_address('fe80::1'), '', True, 'Kernel'),
    )


def test_a_node_whose_routes_would_not_fit_is_asked_for_its_peers_alone(
    admin: Client, cluster: KubernetesCluster
) -> None:
    with nodes_answering(admin, []):
        (status,) = cluster.look(['n1'], routes=False)
    assert (status.error, len(status.peers), status.routes) == ('', 2, ())


def test_many_nodes_fewer_than_ten_at_a_time_and_nothing_stays(admin: Client, cluster: KubernetesCluster) -> None:
    names, seen = [f'n{number}' for number in range(20)], []
    with nodes_answering(admin, seen):
        statuses = cluster.look(names)
    assert [status.node for status in statuses] == names
    assert not any(status.error for status in statuses)
    assert max(seen) < 10
    assert list(admin.list(STATUS)) == []


def test_a_node_that_does_not_answer_is_named_and_the_others_count(admin: Client, cluster: KubernetesCluster) -> None:
    with nodes_answering(admin, [], silent=frozenset({'n2'})):
        first, second = cluster.look(['n1', 'n2'])
    assert first.error == ''
    assert 'calico-node on n2 did not answer within 2 s' in second.error
    assert list(admin.list(STATUS)) == []


def test_what_a_killed_run_left_is_removed_and_nothing_else(
    admin: Client, cluster: KubernetesCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = {'node': 'n1', 'classes': ['BGP'], 'updatePeriodSeconds': 10}
    ours, theirs = (
        {OWNER_LABEL: 'c1', 'netbox-calico.io/look': 'dead'},
        {OWNER_LABEL: 'c2', 'netbox-calico.io/look': 'x'},
    )
    make(admin, 'CalicoNodeStatus', 'left', spec, labels=ours)
    make(admin, 'CalicoNodeStatus', 'theirs', spec, labels=theirs)
    make(admin, 'CalicoNodeStatus', 'by-hand', spec, labels={OWNER_LABEL: 'c1'})
    cluster.look([])
    assert len(list(admin.list(STATUS))) == 3, 'a look that may be under way is left alone'
    monkeypatch.setattr(looking, '_LEFT_BEHIND', looking._LEFT_BEHIND * -1)
    cluster.look([])
    assert {each['metadata']['name'] for each in admin.list(STATUS)} == {'theirs', 'by-hand'}
