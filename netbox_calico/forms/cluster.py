"""Forms of Calico clusters."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from ipam.models import ASN, VRF, ASNRange
from netbox.forms import PrimaryModelBulkEditForm, PrimaryModelFilterSetForm, PrimaryModelForm, PrimaryModelImportForm
from tenancy.models import Tenant
from utilities.forms.fields import (
    ChoiceField,
    CSVChoiceField,
    CSVModelChoiceField,
    DynamicModelChoiceField,
    DynamicModelMultipleChoiceField,
    TagFilterField,
)
from utilities.forms.rendering import FieldSet
from virtualization.models import Cluster

from netbox_calico.choices import DesignChoices, LoopRemedyChoices, MeshChoices, SchemeChoices
from netbox_calico.compat import HTMXSelect, TenancyFilterForm, TenancyForm, add_blank_choice, get_field_value
from netbox_calico.designs import OPTIONS, OPTIONS_OF, options_of
from netbox_calico.models import CalicoCluster
from netbox_calico.models.cluster import MOST_MINUTES
from netbox_calico.planning.asn import CRD_AS_MAX

from .base import CredentialField, DefaultsOnImport, KeepsCredential, bulk_boolean_field, filter_boolean_field

_OPTIONS_ID = 'design-options'


class CalicoClusterForm(KeepsCredential, TenancyForm, PrimaryModelForm):
    """Of the options it offers those that the chosen design reads; the others stay as they are."""

    design = ChoiceField(
        choices=DesignChoices,
        label=_('Design'),
        widget=HTMXSelect(hx_target_id=_OPTIONS_ID),
    )
    asn_range = DynamicModelChoiceField(
        queryset=ASNRange.objects.all(),
        required=False,
        label=_('ASN range'),
        help_text=CalicoCluster._meta.get_field('asn_range').help_text,
    )
    scheme = ChoiceField(
        choices=SchemeChoices, label=_('BGPPeers'), help_text=CalicoCluster._meta.get_field('scheme').help_text
    )
    loop_remedy = ChoiceField(
        choices=LoopRemedyChoices,
        label=_('Loop remedy'),
        help_text=CalicoCluster._meta.get_field('loop_remedy').help_text,
    )
    cluster = DynamicModelChoiceField(
        queryset=Cluster.objects.all(),
        required=False,
        selector=True,
        label=_('Virtualization cluster'),
        help_text=_('Where the nodes run, if they are virtual machines'),
    )
    vrf = DynamicModelChoiceField(
        queryset=VRF.objects.all(), required=False, label=_('VRF'), help_text=_("The VRF of the nodes' prefixes")
    )
    asn = DynamicModelChoiceField(
        queryset=ASN.objects.all(),
        required=False,
        label=_('ASN'),
        help_text=_('The AS number of all nodes; empty for what the cluster says (64512 unless configured)'),
    )
    connection = CredentialField(
        required=False, label=_('Connection'), help_text=_('A kubeconfig in PLUGINS_CONFIG, by name')
    )

    class Meta:
        model = CalicoCluster
        fields = (
            'name', 'handle', 'connection', 'cluster', 'design', *OPTIONS, 'ipv4', 'ipv6', 'asn', 'vrf', 'rack_label',
            'password_secret', 'settle_time', 'rack_pause', 'interval', 'approvals', 'four_eyes', 'deletion_share',
            'tenant_group', 'tenant', 'description', 'owner', 'comments', 'tags',
        )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        options = options_of(get_field_value(self, 'design') or '')
        for name in set(OPTIONS) - set(options):
            del self.fields[name]
        self.fieldsets = (
            FieldSet('name', 'handle', 'connection', 'cluster', 'description', 'tags', name=_('Calico Cluster')),
            FieldSet('design', 'ipv4', 'ipv6', 'asn', 'vrf', 'rack_label', 'password_secret', name=_('Design')),
            FieldSet(
                *options,
                name=_('Options of the Design') if options else _('The Design Has No Options'),
                html_id=_OPTIONS_ID,
            ),
            FieldSet('settle_time', 'rack_pause', 'interval', name=_('Deployment')),
            FieldSet('approvals', 'four_eyes', 'deletion_share', name=_('Guards')),
            FieldSet('tenant_group', 'tenant', name=_('Tenancy')),
        )


class CalicoClusterImportForm(DefaultsOnImport, PrimaryModelImportForm):
    cluster = CSVModelChoiceField(
        queryset=Cluster.objects.all(), to_field_name='name', required=False, help_text=_('Virtualization cluster')
    )
    design = CSVChoiceField(choices=DesignChoices, required=False, help_text=_('Design'))
    asn = CSVModelChoiceField(
        queryset=ASN.objects.all(), to_field_name='asn', required=False, help_text=_('AS number of the nodes')
    )
    asn_range = CSVModelChoiceField(
        queryset=ASNRange.objects.all(), to_field_name='name', required=False, help_text=_('Name of the ASN range')
    )
    scheme = CSVChoiceField(choices=SchemeChoices, required=False, help_text=_('How nodes find their routers'))
    loop_remedy = CSVChoiceField(choices=LoopRemedyChoices, required=False, help_text=_('With full tables'))
    vrf = CSVModelChoiceField(
        queryset=VRF.objects.all(), to_field_name='name', required=False, help_text=_('Name of the VRF')
    )
    tenant = CSVModelChoiceField(
        queryset=Tenant.objects.all(), to_field_name='name', required=False, help_text=_('Name of the tenant')
    )

    class Meta:
        model = CalicoCluster
        fields = (
            'name', 'handle', 'connection', 'cluster', 'design', *OPTIONS, 'ipv4', 'ipv6', 'asn', 'vrf', 'rack_label',
            'password_secret', 'settle_time', 'rack_pause', 'interval', 'approvals', 'four_eyes', 'deletion_share',
            'tenant', 'description', 'owner', 'comments', 'tags',
        )  # fmt: skip


class CalicoClusterBulkEditForm(PrimaryModelBulkEditForm):
    design = ChoiceField(choices=add_blank_choice(DesignChoices), required=False, label=_('Design'))
    asn_range = DynamicModelChoiceField(queryset=ASNRange.objects.all(), required=False, label=_('ASN range'))
    scheme = ChoiceField(choices=add_blank_choice(SchemeChoices), required=False, label=_('BGPPeers'))
    presented_as = forms.IntegerField(min_value=1, max_value=CRD_AS_MAX, required=False, label=_('Presented AS'))
    loop_remedy = ChoiceField(choices=add_blank_choice(LoopRemedyChoices), required=False, label=_('Loop remedy'))
    nodes_per_reflector = forms.IntegerField(min_value=1, required=False, label=_('Nodes per reflector'))
    reflectors_min = forms.IntegerField(min_value=1, required=False, label=_('Fewest reflectors'))
    reflectors_max = forms.IntegerField(min_value=1, required=False, label=_('Most reflectors'))
    redundancy = forms.IntegerField(min_value=1, required=False, label=_('Redundancy'))
    spine_reflectors = forms.IntegerField(min_value=1, required=False, label=_('Spine reflectors'))
    vrf = DynamicModelChoiceField(queryset=VRF.objects.all(), required=False, label=_('VRF'))
    asn = DynamicModelChoiceField(queryset=ASN.objects.all(), required=False, label=_('ASN'))
    tenant = DynamicModelChoiceField(queryset=Tenant.objects.all(), required=False, label=_('Tenant'))
    settle_time = forms.IntegerField(min_value=0, max_value=3600, required=False, label=_('Settle time (s)'))
    rack_pause = forms.IntegerField(min_value=0, max_value=86400, required=False, label=_('Pause between racks (s)'))
    interval = forms.IntegerField(min_value=1, max_value=MOST_MINUTES, required=False, label=_('Interval (min)'))
    approvals = forms.IntegerField(min_value=1, max_value=10, required=False, label=_('Approvals'))
    four_eyes = bulk_boolean_field(_('Four eyes'))
    deletion_share = forms.IntegerField(min_value=0, max_value=100, required=False, label=_('Deletion guard (%)'))

    model = CalicoCluster
    fieldsets = (
        FieldSet('tenant', 'description'),
        FieldSet('design', 'asn', 'vrf', name=_('Design')),
        FieldSet(*OPTIONS_OF['tor'], name=_('Options of Top-of-Rack Designs')),
        FieldSet(*OPTIONS_OF['reflectors'], name=_('Options of Route Reflector Designs')),
        FieldSet('settle_time', 'rack_pause', 'interval', name=_('Deployment')),
        FieldSet('approvals', 'four_eyes', 'deletion_share', name=_('Guards')),
    )
    nullable_fields = ('vrf', 'asn', 'asn_range', 'tenant', 'interval', 'description', 'comments')


class CalicoClusterFilterForm(TenancyFilterForm, PrimaryModelFilterSetForm):
    model = CalicoCluster
    fieldsets = (
        FieldSet('q', 'filter_id', 'tag'),
        FieldSet(
            'design',
            'scheme',
            'loop_remedy',
            'ipv4',
            'ipv6',
            'asn_id',
            'asn_range_id',
            'vrf_id',
            'cluster_id',
            'four_eyes',
            name=_('Attributes'),
        ),
        FieldSet('mesh', 'drifted', name=_('As seen last')),
        FieldSet('tenant_group_id', 'tenant_id', name=_('Tenant')),
        FieldSet('owner_group_id', 'owner_id', name=_('Ownership')),
    )
    design = forms.MultipleChoiceField(choices=DesignChoices, required=False, label=_('Design'))
    scheme = forms.MultipleChoiceField(choices=SchemeChoices, required=False, label=_('BGPPeers'))
    loop_remedy = forms.MultipleChoiceField(choices=LoopRemedyChoices, required=False, label=_('Loop remedy'))
    asn_range_id = DynamicModelMultipleChoiceField(
        queryset=ASNRange.objects.all(), required=False, label=_('ASN range')
    )
    ipv4 = filter_boolean_field(_('IPv4'))
    ipv6 = filter_boolean_field(_('IPv6'))
    asn_id = DynamicModelMultipleChoiceField(queryset=ASN.objects.all(), required=False, label=_('ASN'))
    vrf_id = DynamicModelMultipleChoiceField(queryset=VRF.objects.all(), required=False, label=_('VRF'))
    cluster_id = DynamicModelMultipleChoiceField(
        queryset=Cluster.objects.all(), required=False, label=_('Virtualization cluster')
    )
    four_eyes = filter_boolean_field(_('Four eyes'))
    mesh = forms.MultipleChoiceField(choices=MeshChoices, required=False, label=_('Mesh'))
    drifted = filter_boolean_field(_('Differs from NetBox'))
    tag = TagFilterField(model)
