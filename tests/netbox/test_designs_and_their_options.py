"""Every design that can be planned can be chosen, with the options that it reads; the planner gets what was chosen."""

from __future__ import annotations

from dataclasses import fields, replace
from ipaddress import IPv4Address

from core.models import ObjectType
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import TestCase
from django.urls import reverse
from ipam.models import RIR, ASNRange
from users.models import ObjectPermission
from utilities.testing import TestCase as WebTestCase

from netbox_calico.choices import DesignChoices
from netbox_calico.designs import OPTIONS, color_of, description_of, options_of
from netbox_calico.models import CalicoCluster, CalicoNode, CalicoRouter
from netbox_calico.planning.designs import REGISTRY
from netbox_calico.planning.model.options import LoopRemedy, Options, Scheme
from netbox_calico.snapshot import read_snapshot
from tests.netbox import inventory


def asn_range(first=4200000000, last=4200000999):
    registry, _ = RIR.objects.get_or_create(slug='private', defaults={'name': 'Private', 'is_private': True})
    return ASNRange.objects.create(name='Nodes', slug='nodes', rir=registry, start=first, end=last)


class Choosing(TestCase):
    def test_what_is_offered_is_what_can_be_planned(self):
        assert DesignChoices.values() == list(REGISTRY)
        for choice in DesignChoices:
            design = REGISTRY[choice.value]
            assert (choice.label, choice.description) == (design.label, design.description)
            assert DesignChoices.colors[choice.value] == color_of(design.key)

    def test_every_key_fits_its_column(self):
        longest = CalicoCluster._meta.get_field('design').max_length
        assert all(len(key) <= longest for key in REGISTRY)

    def test_every_option_of_the_planner_is_a_field_with_its_default(self):
        for option in fields(Options):
            assert CalicoCluster._meta.get_field(option.name).default == option.default
        assert {option.name for option in fields(Options)} == set(OPTIONS) - {'asn_range'}

    def test_each_design_offers_what_it_reads_and_has_the_colour_of_its_family(self):
        assert options_of('tor-full-tables') == ('scheme', 'presented_as', 'loop_remedy')
        assert options_of('tor-as-per-rack') == ('scheme',)
        assert options_of('mesh') == options_of('gone') == ()
        assert {name for design in REGISTRY for name in options_of(design)} == set(OPTIONS)
        assert (color_of('mesh'), color_of('tor-default'), color_of('reflectors')) == ('gray', 'blue', 'purple')

    def test_a_design_that_there_is_no_more_has_no_description(self):
        assert description_of('mesh') == REGISTRY['mesh'].description
        assert description_of('gone') == ''


@inventory.configured
class Validating(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cluster = inventory.clusters(1)[0]

    def invalid(self, message, **values):
        for name, value in values.items():
            setattr(self.cluster, name, value)
        with self.assertRaisesMessage(ValidationError, message):
            self.cluster.full_clean()
        self.cluster.refresh_from_db()

    def test_what_cannot_be_is_refused(self):
        self.cluster.full_clean()
        self.invalid('A BGPPeer cannot hold an AS number above 2147483647.', presented_as=2147483648)
        self.invalid('greater than or equal to 1', redundancy=0)
        self.invalid('greater than or equal to 1', nodes_per_reflector=0)
        self.invalid('no more than the most', reflectors_min=9, reflectors_max=8)

    def test_also_for_whoever_writes_past_the_forms(self):
        with self.assertRaisesMessage(IntegrityError, 'calicocluster_reflectors'), transaction.atomic():
            CalicoCluster.objects.update(reflectors_min=26)


class TheSnapshot(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.dc = inventory.data_centre()

    def snapshot(self):
        return read_snapshot(self.dc.cluster.pk)

    def test_of_a_cluster_that_chose_nothing_has_the_planners_defaults(self):
        cluster = self.snapshot().cluster
        assert (cluster.options, cluster.asn_range) == (Options(), None)

    def test_carries_what_was_chosen(self):
        chosen = Options(Scheme.SHARED_ADDRESS, LoopRemedy.ALLOW_OWN_AS, 65499, 100, 2, 20, 4, 5)
        values = {option.name: getattr(chosen, option.name) for option in fields(Options)}
        CalicoCluster.objects.filter(pk=self.dc.cluster.pk).update(asn_range=asn_range(), **values)
        cluster = self.snapshot().cluster
        assert (cluster.options, cluster.asn_range) == (chosen, (4200000000, 4200000999))

    def test_carries_what_is_said_of_nodes_and_routers(self):
        before = self.snapshot()
        node, router = before.nodes[0], before.routers[0]
        CalicoNode.objects.filter(pk=node.id).update(asn=inventory.asn(4200000007), reflector='never', drained=True)
        CalicoRouter.objects.filter(pk=router.id).update(role='spine', drained=True, router_id='192.0.2.1')
        after = self.snapshot()
        assert after.nodes[0] == replace(node, asn=4200000007, reflector='never', drained=True)
        assert after.nodes[1:] == before.nodes[1:]
        changed = {'role': 'spine', 'drained': True, 'router_id': IPv4Address('192.0.2.1')}
        assert after.routers == (replace(router, **changed), *before.routers[1:])


@inventory.configured
class ThePages(WebTestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cluster = inventory.clusters(1)[0]
        cls.range = asn_range()

    def setUp(self):
        super().setUp()
        permission = ObjectPermission.objects.create(name='clusters', actions=['view', 'add', 'change'])
        permission.users.add(self.user)
        permission.object_types.add(ObjectType.objects.get_for_model(CalicoCluster))
        ranges = ObjectPermission.objects.create(name='ranges', actions=['view'])
        ranges.users.add(self.user)
        ranges.object_types.add(ObjectType.objects.get_for_model(ASNRange))

    def url(self, action=''):
        return reverse(f'plugins:netbox_calico:calicocluster{action}', kwargs={'pk': self.cluster.pk})

    def fields_of(self, **params):
        """What the form asks for; with parameters, as the browser loads it again when a design is chosen."""
        headers = {'HX-Request': 'true', 'HX-Target': 'design-options'} if params else {}
        form = self.client.get(self.url('_edit'), params, headers=headers).context['form']
        return set(form.fields) & set(OPTIONS)

    def test_the_form_asks_for_what_the_chosen_design_reads(self):
        assert self.fields_of() == set()
        for design in REGISTRY:
            assert self.fields_of(design=design) == set(options_of(design))

    def test_each_design_is_described_where_it_is_chosen(self):
        page = self.client.get(self.url('_edit')).content.decode()
        for design in REGISTRY.values():
            assert f'data-description="{design.description}"' in page

    def test_what_the_design_does_not_read_stays_as_it_was(self):
        CalicoCluster.objects.update(redundancy=7)
        data = {
            'name': 'Cluster 1', 'handle': 'cluster-1', 'design': 'tor-full-tables', 'ipv4': True,
            'rack_label': 'example.com/rack', 'settle_time': 1, 'rack_pause': 1, 'approvals': 1, 'deletion_share': 1,
            'scheme': 'shared-address', 'presented_as': 65499, 'loop_remedy': 'allow-own-as',
            'redundancy': 1,
        }  # fmt: skip
        self.assertHttpStatus(self.client.post(self.url('_edit'), data), 302)
        self.cluster.refresh_from_db()
        assert self.cluster.options == Options(Scheme.SHARED_ADDRESS, LoopRemedy.ALLOW_OWN_AS, 65499, redundancy=7)

    def test_the_page_tells_what_the_design_is_and_what_it_was_told(self):
        CalicoCluster.objects.update(
            design='tor-full-tables', asn_range=self.range, scheme='shared-address', redundancy=77
        )
        page = self.client.get(self.url())
        for told in (REGISTRY['tor-full-tables'].description, 'Shared addresses'):
            self.assertContains(page, told)
        for silent in ('Redundancy', str(self.range)):
            self.assertNotContains(page, silent)
        CalicoCluster.objects.update(design='tor-as-per-node')
        page = self.client.get(self.url())
        self.assertContains(page, str(self.range))
        CalicoCluster.objects.update(design='mesh')
        self.assertNotContains(self.client.get(self.url()), 'Shared addresses')

    def test_many_clusters_are_given_an_option_at_once(self):
        url = reverse('plugins:netbox_calico:calicocluster_bulk_edit')
        data = {'pk': [self.cluster.pk], 'asn_range': self.range.pk, 'spine_reflectors': 4, '_apply': '1'}
        self.assertHttpStatus(self.client.post(url, data), 302)
        self.cluster.refresh_from_db()
        assert (self.cluster.asn_range, self.cluster.spine_reflectors) == (self.range, 4)

    def test_a_range_that_is_used_is_not_removed(self):
        CalicoCluster.objects.update(asn_range=self.range)
        with self.assertRaisesMessage(Exception, 'protected foreign keys'):
            self.range.delete()
