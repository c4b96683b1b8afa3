"""A stored plan is the plan that was made, and stays it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.db.models import ProtectedError
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from users.models import User

from netbox_calico.choices import PlanStatusChoices
from netbox_calico.models import CalicoApproval, CalicoBlob, CalicoDeployed, CalicoPlan, CalicoPlanItem
from netbox_calico.planning.errors import Refused
from netbox_calico.planning.model.plan import Finding, Operation, Severity
from netbox_calico.store import load_plan, record_deployed, router_key, save_plan
from tests.netbox import inventory, plans


class StoredPlans(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.dc = inventory.data_centre()
        cls.user = User.objects.create_user('planner')
        cls.made = plans.planned(cls.dc)

    def store(self, **changes) -> CalicoPlan:
        plan = save_plan(self.dc.cluster, replace(self.made, **changes), self.user)
        return CalicoPlan.objects.get(pk=plan.pk)

    def test_what_is_loaded_is_what_was_made(self) -> None:
        assert self.made.steps
        assert load_plan(self.store()) == self.made

    def test_who_made_it_and_what_it_carries_can_be_listed_without_its_texts(self) -> None:
        plan = self.store()
        items = [item for step in self.made.steps for item in step.items]
        assert plan.created_by_name == 'planner'
        assert plan.summary['items'] == len(items)
        assert plan.summary['targets']['router'] == 4
        assert plan.summary['operations']['create'] == sum(item.operation is Operation.CREATE for item in items)
        assert plan.items.filter(router__isnull=False, undo=False).count() == 4

    def test_equal_texts_are_stored_once(self) -> None:
        self.store()
        before = CalicoBlob.objects.count()
        self.store()
        assert CalicoBlob.objects.count() == before

    def test_a_changed_item_is_noticed(self) -> None:
        plan = self.store()
        other = plan.items.last().artefact_id
        plan.items.filter(seq=0).update(artefact=other)
        with pytest.raises(Refused, match='rows were changed in the database'):
            load_plan(plan)

    def test_a_changed_text_is_noticed(self) -> None:
        plan = self.store()
        CalicoBlob.objects.filter(pk=plan.items.first().artefact_id).update(body='no router bgp')
        with pytest.raises(Refused, match='rows were changed in the database'):
            load_plan(plan)

    def test_a_changed_gate_is_noticed(self) -> None:
        plan = self.store()
        plan.steps[-1]['gate']['timeout'] = 1
        plan.save(update_fields=['steps'])
        with pytest.raises(Refused, match='rows were changed in the database'):
            load_plan(CalicoPlan.objects.get(pk=plan.pk))

    def test_a_removed_item_is_noticed(self) -> None:
        plan = self.store()
        plan.items.filter(seq=0).delete()
        with pytest.raises(Refused, match='rows were changed in the database'):
            load_plan(plan)

    def test_the_newest_plan_withdraws_what_was_open(self) -> None:
        first, second = self.store(), self.store()
        first.refresh_from_db()
        assert (first.status, second.status) == (PlanStatusChoices.WITHDRAWN, PlanStatusChoices.READY)

    def test_errors_stop_a_plan(self) -> None:
        finding = Finding(Severity.ERROR, 'no-tor', 'node', 'No router serves the node: add one.')
        plan = self.store(findings=(finding,), steps=())
        assert plan.status == PlanStatusChoices.REFUSED
        assert load_plan(plan).findings == (finding,)

    def test_a_plan_that_changes_nothing_is_not_to_be_approved(self) -> None:
        assert self.store(steps=()).status == PlanStatusChoices.EMPTY

    def test_storing_takes_no_more_queries_for_more_items(self) -> None:
        assert self.queries(self.dc) == self.queries(inventory.data_centre(racks=5, nodes=4, name='big', number=2))

    def queries(self, dc: inventory.DataCentre) -> int:
        plan = plans.planned(dc)
        save_plan(dc.cluster, plan, self.user)
        with CaptureQueriesContext(connection) as queries:
            save_plan(dc.cluster, plan, self.user)
        return len(queries)

    def test_removing_a_plan_takes_its_rows_along(self) -> None:
        plan = self.store()
        CalicoApproval.objects.create(plan=plan, user=self.user, user_name='planner', decision='approve', digest='')
        plan.delete()
        assert not CalicoPlanItem.objects.exists()
        assert not CalicoApproval.objects.exists()

    def test_a_plan_that_was_run_is_not_removed(self) -> None:
        plan = self.store()
        plans.run_of(plan)
        with pytest.raises(ProtectedError):
            plan.delete()

    def test_what_was_deployed_last_is_known_by_target(self) -> None:
        run = plans.run_of(self.store())
        items = [item for step in self.made.steps for item in step.items]
        record_deployed(self.dc.cluster, run, items)
        record_deployed(self.dc.cluster, run, items)
        last = {item.target: item for item in items}
        rows = CalicoDeployed.objects.select_related('artefact')
        assert {row.target: (row.artefact.body, row.after) for row in rows} == {
            target: (item.artefact, item.after) for target, item in last.items() if item.after
        }
        record_deployed(self.dc.cluster, run, [replace(item, after='') for item in items])
        assert not CalicoDeployed.objects.exists()

    def test_targets_name_routers_by_key(self) -> None:
        assert router_key('router:31') == 31
        assert router_key('kubernetes:BGPPeer/router:31') is None
