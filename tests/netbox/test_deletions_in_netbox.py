"""What the deletion of a NetBox object does to ours: never a lost fact about what is on a device."""

from __future__ import annotations

import pytest
from core.models import ObjectChange
from dcim.models import Rack
from django.contrib.contenttypes.models import ContentType
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import timezone
from ipam.models import ASN, Prefix
from utilities.exceptions import AbortRequest
from utilities.testing import APITestCase, disable_warnings

from netbox_calico.choices import PeeringOriginChoices
from netbox_calico.models import (
    CalicoBlob,
    CalicoClusterState,
    CalicoDeployed,
    CalicoNode,
    CalicoPeering,
    CalicoPeeringState,
    CalicoRouterState,
    CalicoRun,
)
from tests.netbox import inventory, plans


@inventory.configured
class Deletions(APITestCase):
    @classmethod
    def setUpTestData(cls):
        cls.dc = inventory.data_centre(racks=1)
        cls.node, cls.router = cls.dc.nodes[0], cls.dc.routers[0]

    def peering(self, origin):
        return CalicoPeering.objects.create(
            cluster=self.dc.cluster, node=self.node, router=self.router, family=4, origin=origin
        )

    def test_the_device_of_a_router_stays(self):
        with pytest.raises(ProtectedError):
            self.router.device.delete()

    def test_the_device_of_a_node_goes_and_the_node_stays_as_a_logged_change(self):
        self.user.is_superuser = True
        self.user.save()
        device = self.node.device
        url = reverse('dcim-api:device-detail', kwargs={'pk': device.pk})
        self.assertHttpStatus(self.client.delete(url, **self.header), 204)
        self.node.refresh_from_db()
        assert self.node.device is None
        change = ObjectChange.objects.get(
            changed_object_type=ContentType.objects.get_for_model(CalicoNode), changed_object_id=self.node.pk
        )
        assert change.prechange_data['device'] == device.pk
        assert change.postchange_data['device'] is None

    def test_a_rack_goes_out_of_ties_and_of_nodes(self):
        rack = Rack.objects.create(name='empty', site=self.dc.site)
        self.router.racks.add(rack)
        lost = CalicoNode.objects.create(cluster=self.dc.cluster, name='lost', rack=rack)
        rack.delete()
        lost.refresh_from_db()
        assert lost.rack is None
        assert not self.router.racks.exists()

    def test_what_explains_what_is_deployed_stays(self):
        for used in (Prefix.objects.first(), ASN.objects.get(asn=64512), self.router.device.platform):
            with pytest.raises(ProtectedError):
                used.delete()

    def test_a_cluster_stays_while_anything_of_it_is_there(self):
        with pytest.raises(ProtectedError):
            self.dc.cluster.delete()
        (alone,) = inventory.clusters(1)
        CalicoClusterState.objects.create(cluster=alone)
        blob = CalicoBlob.objects.create(digest='d', kind='artefact', size=0, body='')
        left = CalicoDeployed.objects.create(cluster=alone, target='router:1', artefact=blob, at=timezone.now())
        with pytest.raises(ProtectedError):
            alone.delete()
        left.delete()
        alone.delete()
        assert not CalicoClusterState.objects.exists()

    def test_a_node_takes_its_peerings_along(self):
        peering = self.peering(PeeringOriginChoices.DERIVED)
        CalicoPeeringState.objects.create(peering=peering, cluster=self.dc.cluster)
        self.node.delete()
        assert not CalicoPeering.objects.exists()
        assert not CalicoPeeringState.objects.exists()

    def test_a_router_takes_its_state_along(self):
        CalicoRouterState.objects.create(router=self.router)
        self.router.delete()
        assert not CalicoRouterState.objects.exists()

    def test_a_derived_peering_is_not_deleted_since_it_would_come_back(self):
        derived = self.peering(PeeringOriginChoices.DERIVED)
        with pytest.raises(AbortRequest, match='would come back'):
            derived.delete()
        self.user.is_superuser = True
        self.user.save()
        url = reverse('plugins-api:netbox_calico-api:calicopeering-detail', kwargs={'pk': derived.pk})
        with disable_warnings('django.request'):
            response = self.client.delete(url, **self.header)
        self.assertHttpStatus(response, 400)
        assert 'would come back' in response.data['detail']

    def test_changing_what_the_design_decides_makes_a_peering_manual(self):
        self.user.is_superuser = True
        self.user.save()
        derived = self.peering(PeeringOriginChoices.DERIVED)
        url = reverse('plugins-api:netbox_calico-api:calicopeering-detail', kwargs={'pk': derived.pk})
        for data, origin in (
            ({'description': 'seen'}, PeeringOriginChoices.DERIVED),
            ({'remote_asn': 65001}, PeeringOriginChoices.MANUAL),
        ):
            self.assertHttpStatus(self.client.patch(url, data, format='json', **self.header), 200)
            derived.refresh_from_db()
            assert derived.origin == origin

    def test_the_person_who_started_a_run_may_leave(self):
        plan = plans.stored(self.dc, self.user)
        run = plans.run_of(plan, started_by=self.user, started_by_name=self.user.username)
        self.user.delete()
        run = CalicoRun.objects.get(pk=run.pk)
        assert (run.started_by, run.started_by_name) == (None, 'testuser')
        plan.refresh_from_db()
        assert (plan.created_by, plan.created_by_name) == (None, 'testuser')
