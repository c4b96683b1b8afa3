"""What is written in bulk is as if each instance had been saved, whatever stands in it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from django.test import TestCase

from netbox_calico import bulk
from netbox_calico.models import CalicoBlob, CalicoNode, CalicoNodeState, CalicoPeering, CalicoPlanItem
from netbox_calico.store import save_blob
from tests.netbox import inventory, plans

ODD = 'a\tb\nc\\d "e" \'f\' \\N {g} é ☃ %s'
KEY = ('cluster_id', 'node_id', 'router_id', 'family', 'origin')


class Rows(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.dc = inventory.data_centre(racks=1, tors=1, nodes=2)
        cls.cluster, cls.router, (cls.first, cls.second) = cls.dc.cluster, cls.dc.routers[0], cls.dc.nodes

    def key(self, node: CalicoNode) -> tuple:
        return self.cluster.pk, node.pk, self.router.pk, 4, 'derived'

    def test_what_is_not_named_is_what_the_model_says(self):
        bulk.insert(CalicoPeering, KEY, [self.key(self.first)])
        saved = CalicoPeering.objects.create(
            **dict(zip(KEY, self.key(self.second), strict=True)),
        )
        written = CalicoPeering.objects.get(node=self.first)
        own = {'id', 'node', 'created', 'last_updated'}
        for field in CalicoPeering._meta.concrete_fields:
            if field.name not in own:
                assert getattr(written, field.attname) == getattr(saved, field.attname), field.name
        assert abs((saved.created - written.created).total_seconds()) < 60
        assert written.last_updated

    def test_any_text_and_any_document_comes_back(self):
        stored = plans.stored(self.dc)
        item = stored.items.first()
        names = [field.attname for field in CalicoPlanItem._meta.concrete_fields if not field.primary_key]
        values = {name: getattr(item, name) for name in names}
        values |= {'seq': 1_000_000, 'label': ODD, 'changes': [['+', ODD, None, {'a': [1, True]}]], 'router_id': None}
        bulk.insert(CalicoPlanItem, names, [list(values.values())])
        again = stored.items.get(seq=1_000_000)
        assert {name: getattr(again, name) for name in names} == values
        assert CalicoBlob.objects.get(pk=save_blob('artefact', ODD).pk).body == ODD

    def test_nothing_is_written_of_rows_that_break_a_rule_and_django_says_so(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            bulk.insert(CalicoPeering, KEY, [self.key(self.second), self.key(self.first), self.key(self.first)])
        assert not CalicoPeering.objects.exists()

    def test_no_rows_are_no_error(self):
        bulk.insert(CalicoPeering, KEY, [])
        bulk.update(CalicoPeering, ('id', 'family'), [])
        assert not CalicoPeering.objects.exists()

    def test_a_row_that_is_there_gets_what_is_to_change_and_keeps_the_rest(self):
        names = ('node_id', 'ready', 'addresses', 'asn', 'labels_digest')
        bulk.upsert(
            CalicoNodeState, names, [(self.first.pk, True, ['10.0.0.1/24'], 1, 'x')], key='node_id', change=['ready']
        )
        rows = [(self.first.pk, False, [], None, ''), (self.second.pk, False, [ODD[:50], 'b'], None, '')]
        bulk.upsert(CalicoNodeState, names, rows, key='node_id', change=['ready'])
        states = {state.node_id: state for state in CalicoNodeState.objects.all()}
        assert (states[self.first.pk].ready, states[self.first.pk].addresses) == (False, ['10.0.0.1/24'])
        assert states[self.second.pk].addresses == [ODD[:50], 'b']

    def test_rows_are_changed_by_key_and_those_that_are_gone_stay_so(self):
        bulk.insert(CalicoPeering, KEY, [self.key(self.first), self.key(self.second)])
        first, second = CalicoPeering.objects.order_by('node')
        when = datetime(2026, 1, 2, 3, 4, 5, 678, UTC)
        rows = [(first.pk, '10.0.0.1', 65001, when), (second.pk + 1, '10.0.0.2', None, when)]
        bulk.update(CalicoPeering, ('id', 'local_address', 'local_asn', 'last_updated'), rows)
        before = second.last_updated
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.local_address, first.local_asn, first.last_updated) == ('10.0.0.1', 65001, when)
        assert (second.local_address, second.last_updated) == (None, before)
        assert CalicoPeering.objects.count() == 2

    def test_more_rows_than_one_statement_takes(self):
        nodes = CalicoNode.objects.bulk_create(CalicoNode(cluster=self.cluster, name=f'n{n}') for n in range(4500))
        bulk.insert(CalicoPeering, KEY, map(self.key, nodes))
        rows = [
            (pk, 65000 + n) for n, pk in enumerate(CalicoPeering.objects.order_by('pk').values_list('pk', flat=True))
        ]
        bulk.update(CalicoPeering, ('id', 'remote_asn'), rows)
        assert list(CalicoPeering.objects.order_by('pk').values_list('pk', 'remote_asn')) == rows
