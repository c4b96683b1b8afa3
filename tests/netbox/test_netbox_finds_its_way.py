"""Search, OpenAPI, GraphQL's permissions, the imports that NetBox does not promise, and lists that grow."""

from __future__ import annotations

import importlib

from core.models import ObjectType
from django.core.cache import cache
from django.db import connection
from django.test import TestCase as DjangoTestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from netbox.search.backends import search_backend
from users.models import ObjectPermission, User
from utilities.testing import APITestCase, TestCase

from netbox_calico import compat
from netbox_calico.models import (
    CalicoCluster,
    CalicoClusterState,
    CalicoNode,
    CalicoPeering,
    CalicoPeeringState,
    CalicoRun,
)
from tests.netbox import inventory, plans


class Compat(DjangoTestCase):
    def test_every_name_is_where_it_is_said_to_be(self):
        for module, names in compat._SOURCES.items():
            for name in names:
                assert getattr(compat, name) is getattr(importlib.import_module(module), name)


class Search(DjangoTestCase):
    def test_objects_are_found_by_what_people_know_of_them(self):
        dc = inventory.data_centre(racks=1)
        for found in ([dc.cluster], dc.nodes, dc.routers, dc.cluster.pools.all(), dc.cluster.service_ranges.all()):
            search_backend.cache(found)
        for text, found in (
            ('prod-node-1-2', dc.nodes[1]),
            ('prod-tor-1-1', dc.routers[0]),
            ('pool-26', dc.cluster.pools.get(block_size=26)),
            ('10.96.1.0/24', dc.cluster.service_ranges.get()),
            ('prod', dc.cluster),
        ):
            with self.subTest(text=text):
                results = search_backend.search(text, user=_everything())
                assert found in {result.object for result in results}


def _everything():
    return User.objects.get_or_create(username='all', defaults={'is_superuser': True})[0]


class OpenApi(APITestCase):
    def test_the_schema_has_our_paths_and_components_beside_netboxs(self):
        cache.clear()
        schema = self.client.get(reverse('schema'), {'format': 'json'}, **self.header).json()
        assert {f'/api/plugins/calico/{name}/' for name in ('clusters', 'plans', 'runs')} <= schema['paths'].keys()
        assert '/api/plugins/calico/plans/{id}/approve/' in schema['paths']
        components = schema['components']['schemas']
        assert 'rack_label' in components['CalicoCluster']['properties']
        assert 'rack_label' not in components['Cluster']['properties']
        approve = schema['paths']['/api/plugins/calico/plans/{id}/approve/']['post']
        assert approve['responses'].keys() == {'200'}
        assert schema['paths']['/api/plugins/calico/plans/{id}/deploy/']['post']['responses'].keys() == {'202'}


class GraphQl(APITestCase):
    @classmethod
    def setUpTestData(cls):
        cls.dc = inventory.data_centre(racks=1)
        cls.other = inventory.data_centre(racks=1, name='other', number=2)
        CalicoClusterState.objects.create(cluster=cls.dc.cluster, sessions_up=3)
        cls.plan = plans.stored(cls.dc)

    def allow(self, model, **constraints):
        permission = ObjectPermission.objects.create(name='x', actions=['view'], constraints=constraints or None)
        permission.users.add(self.user)
        permission.object_types.add(ObjectType.objects.get_for_model(model))

    def ask(self, query):
        response = self.client.post(reverse('graphql'), {'query': query}, format='json', **self.header)
        answer = response.json()
        assert 'errors' not in answer, answer['errors']
        return answer['data']

    def test_an_outcome_names_its_item_and_shows_none_of_the_plans_texts(self):
        run = plans.run_of(self.plan)
        item = self.plan.items.first()
        run.outcomes.create(item=item, phase='apply', result='created', at='2026-01-01T00:00Z')
        self.allow(CalicoRun)
        query = '{ calico_run_list { plan { id } outcomes { item { step target label operation } } } }'
        (answer,) = self.ask(query)['calico_run_list']
        assert answer['plan'] is None
        assert answer['outcomes'] == [
            {'item': {name: getattr(item, name) for name in ('step', 'target', 'label', 'operation')}}
        ]
        for name in ('diff', 'artefact'):
            query = f'{{ calico_run_list {{ outcomes {{ item {{ {name} }} }} }} }}'
            response = self.client.post(reverse('graphql'), {'query': query}, format='json', **self.header)
            assert f"Cannot query field '{name}'" in response.json()['errors'][0]['message']

    def test_lists_below_an_object_are_restricted_too(self):
        self.allow(CalicoCluster)
        self.allow(CalicoNode, cluster=self.dc.cluster.pk)
        query = '{ calico_cluster_list { name state { sessions_up } nodes { name cluster { name } } plans { id } } }'
        answer = {cluster['name']: cluster for cluster in self.ask(query)['calico_cluster_list']}
        assert [node['name'] for node in answer['prod']['nodes']] == [node.name for node in self.dc.nodes]
        assert answer['prod']['state'] == {'sessions_up': 3}
        assert answer['other'] == {'name': 'other', 'state': None, 'nodes': [], 'plans': []}
        assert answer['prod']['plans'] == []

    def test_a_related_object_that_is_hidden_is_null(self):
        self.allow(CalicoNode)
        nodes = self.ask('{ calico_node_list { name display cluster { name } device { name } } }')['calico_node_list']
        assert nodes[0]['name'] == nodes[0]['display']
        assert nodes[0]['cluster'] is None
        assert nodes[0]['device'] is None

    def test_netboxs_own_clusters_are_still_its_own(self):
        assert self.ask('{ cluster_list { id } }') == {'cluster_list': []}


class Growth(TestCase):
    """Lists of 3 and of 30: the number of queries is the same."""

    @classmethod
    def setUpTestData(cls):
        cls.small = inventory.data_centre(racks=1, nodes=2)
        cls.large = inventory.data_centre(racks=3, nodes=7, name='large', number=2)
        for dc in (cls.small, cls.large):
            CalicoClusterState.objects.create(cluster=dc.cluster)
            for node in dc.nodes:
                peering = CalicoPeering.objects.create(cluster=dc.cluster, node=node, router=dc.routers[0], family=4)
                CalicoPeeringState.objects.create(peering=peering, cluster=dc.cluster)

    def setUp(self):
        super().setUp()
        self.user.is_superuser = True
        self.user.save()

    def count(self, url):
        self.client.get(url)
        with CaptureQueriesContext(connection) as queries:
            self.assertHttpStatus(self.client.get(url), 200)
        return len(queries)

    def test_of_pages(self):
        for tab in ('nodes', 'routers', 'peerings'):
            with self.subTest(tab=tab):
                counts = {
                    self.count(reverse(f'plugins:netbox_calico:calicocluster_{tab}', kwargs={'pk': dc.cluster.pk}))
                    for dc in (self.small, self.large)
                }
                assert len(counts) == 1

    def test_of_rest(self):
        for model in ('caliconode', 'calicopeering'):
            with self.subTest(model=model):
                listing = reverse(f'plugins-api:netbox_calico-api:{model}-list')
                assert self.count(f'{listing}?limit=2') == self.count(f'{listing}?limit=20')
