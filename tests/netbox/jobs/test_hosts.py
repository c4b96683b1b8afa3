"""Hosts for nodes are found in a number of queries that does not grow."""

from __future__ import annotations

from ipaddress import ip_interface

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from netbox_calico.hosts import candidate_hosts
from netbox_calico.planning.model.observation import KubernetesNode
from tests.netbox import inventory
from tests.netbox.jobs.people import person


class Hosts(TestCase):
    def test_queries_are_as_many_for_many_nodes_as_for_few(self):
        user = person('ann', device=('view',))
        counts = []
        candidate_hosts((), None, user)  # the user's permissions are asked for once
        for number, size in ((1, 1), (2, 4)):
            dc = inventory.data_centre(racks=size, nodes=size, name=f'c{number}', number=number)
            nodes = [
                KubernetesNode(f'elsewhere-{r}-{n}', addresses=(ip_interface(f'10.{number}.{r}.{n}/24'),))
                for r in range(1, size + 1)
                for n in range(1, size + 1)
            ]
            with CaptureQueriesContext(connection) as captured:
                found = candidate_hosts(nodes, None, user)
            assert {host.name for host in found} == {node.name for node in dc.nodes}
            counts.append(len(captured))
        assert counts[0] == counts[1]

    def test_who_may_not_see_a_device_is_not_offered_it(self):
        inventory.data_centre(racks=1, nodes=1)
        assert candidate_hosts([KubernetesNode('prod-node-1-1')], None, person('bob')) == []
