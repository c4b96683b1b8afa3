"""Imports by names that are not unique: the site of a rack and the VRF of a prefix can be told."""

from __future__ import annotations

from dcim.models import Rack, Site
from django.test import TestCase
from ipam.models import VRF, Prefix

from netbox_calico.forms.node import CalicoNodeImportForm
from netbox_calico.forms.pool import CalicoPoolImportForm
from netbox_calico.forms.router import CalicoRouterImportForm
from netbox_calico.forms.service_range import CalicoServiceRangeImportForm
from tests.netbox import inventory


@inventory.configured
class Imports(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        inventory.clusters(1)
        cls.vrf = VRF.objects.create(name='Red')
        for vrf in (None, cls.vrf):
            Prefix.objects.create(prefix='10.5.0.0/16', vrf=vrf)
        cls.sites = [Site.objects.create(name=name, slug=name.lower()) for name in ('East', 'West')]
        for site in cls.sites:
            rack = Rack.objects.create(name='r1', site=site)
            inventory.device('tor', 'tor', site, rack)

    def imported(self, form, headers=(), **row):
        bound = form(row, headers=dict.fromkeys(row) | dict(headers))
        assert bound.is_valid(), bound.errors
        return bound.save()

    def refused(self, form, field, message, **row):
        bound = form(row, headers=dict.fromkeys(row))
        assert message in str(bound.errors[field])

    def test_a_prefix_is_of_the_vrf_that_is_told(self):
        for form, row in (
            (CalicoPoolImportForm, {'name': 'pool', 'block_size': '26'}),
            (CalicoServiceRangeImportForm, {'kind': 'external'}),
        ):
            row |= {'cluster': 'Cluster 1', 'prefix': '10.5.0.0/16'}
            self.refused(form, 'prefix', 'multiple objects were found', **row)
            self.refused(form, 'vrf', 'Object not found: Blue', vrf='Blue', **row)
            for vrf, wanted in (('Red', self.vrf), ('', None)):
                made = self.imported(form, vrf=vrf, **row)
                assert made.prefix.vrf == wanted
                made.delete()

    def test_a_vrf_may_be_told_by_another_field(self):
        VRF.objects.filter(pk=self.vrf.pk).update(rd='65000:1')
        row = {'cluster': 'Cluster 1', 'name': 'pool', 'prefix': '10.5.0.0/16', 'vrf': '65000:1'}
        assert self.imported(CalicoPoolImportForm, {'vrf': 'rd'}, **row).prefix.vrf == self.vrf

    def test_a_rack_is_of_the_site_that_is_told(self):
        row = {'cluster': 'Cluster 1', 'name': 'node', 'rack': 'r1'}
        self.refused(CalicoNodeImportForm, 'rack', 'multiple objects were found', **row)
        assert self.imported(CalicoNodeImportForm, site='West', **row).rack.site == self.sites[1]

    def test_a_router_and_its_racks_are_of_the_site_that_is_told(self):
        row = {'device': 'tor', 'racks': 'r1'}
        self.refused(CalicoRouterImportForm, 'device', 'multiple objects were found', **row)
        self.refused(CalicoRouterImportForm, 'racks', 'Several racks are named r1', **row)
        made = self.imported(CalicoRouterImportForm, {'site': 'slug'}, site='west', **row)
        assert (made.device.site, [rack.site for rack in made.racks.all()]) == (self.sites[1], [self.sites[1]])
