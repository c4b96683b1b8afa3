"""Plans and runs are listed without the steps of the plans, which are as long as a book, and in few queries."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from utilities.testing import APITestCase

from tests.netbox import inventory, plans

STEPS = '"netbox_calico_calicoplan"."steps"'


class Lists(APITestCase):
    user_permissions = (
        'netbox_calico.view_calicoplan',
        'netbox_calico.view_calicorun',
        'netbox_calico.view_calicocluster',
    )

    @classmethod
    def setUpTestData(cls):
        cls.plan = plans.stored(inventory.data_centre(racks=1), status='deployed')
        plans.begin(plans.run_of(cls.plan, status='completed'))

    def queries(self, address: str) -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            answer = self.client.get(address, **self.header)
        self.assertHttpStatus(answer, 200)
        return [query['sql'] for query in queries.captured_queries]

    def test_no_list_reads_the_steps_of_plans(self):
        self.client.force_login(self.user)
        for name in (
            'plugins:netbox_calico:calicoplan_list',
            'plugins:netbox_calico:calicorun_list',
            'plugins-api:netbox_calico-api:calicoplan-list',
            'plugins-api:netbox_calico-api:calicorun-list',
        ):
            with self.subTest(name):
                asked = self.queries(reverse(name))
                assert [sql for sql in asked if 'FROM "netbox_calico_calicoplan"' in sql or 'calicorun' in sql]
                assert not [sql for sql in asked if STEPS in sql]

    def test_many_runs_take_as_many_queries_as_one(self):
        address = reverse('plugins-api:netbox_calico-api:calicorun-list')
        self.queries(address)
        one = len(self.queries(address))
        for _ in range(3):
            plans.run_of(self.plan, status='completed')
        assert len(self.queries(address)) == one
