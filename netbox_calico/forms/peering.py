"""Forms of Calico peerings."""

from __future__ import annotations

from dcim.models import Device
from django import forms
from django.utils.translation import gettext_lazy as _
from netbox.forms import NetBoxModelBulkEditForm, NetBoxModelFilterSetForm, NetBoxModelForm, NetBoxModelImportForm
from utilities.forms.fields import (
    CSVModelChoiceField,
    DynamicModelChoiceField,
    DynamicModelMultipleChoiceField,
    TagFilterField,
)
from utilities.forms.rendering import FieldSet, TabbedGroups

from netbox_calico.choices import FamilyChoices, PeeringOriginChoices
from netbox_calico.models import CalicoNode, CalicoPeering, CalicoRouter

from .base import cluster_field, clusters_field, csv_cluster_field, filter_boolean_field


class CalicoPeeringForm(NetBoxModelForm):
    cluster = cluster_field()
    node = DynamicModelChoiceField(
        queryset=CalicoNode.objects.all(), query_params={'cluster_id': '$cluster'}, label=_('Node')
    )
    router = DynamicModelChoiceField(queryset=CalicoRouter.objects.all(), required=False, label=_('Router'))
    peer_node = DynamicModelChoiceField(
        queryset=CalicoNode.objects.all(),
        required=False,
        query_params={'cluster_id': '$cluster'},
        label=_('Peer node'),
        help_text=_('Of two nodes, the one that NetBox has known for longer is shown first'),
    )

    fieldsets = (
        FieldSet('cluster', 'node', 'family', 'description', 'tags', name=_('Calico Peering')),
        FieldSet(
            TabbedGroups(FieldSet('router', name=_('Router')), FieldSet('peer_node', name=_('Another Node'))),
            name=_('Peer'),
        ),
        FieldSet('local_address', 'local_asn', name=_("Node's End")),
        FieldSet('remote_address', 'remote_asn', name=_("Peer's End")),
    )

    class Meta:
        model = CalicoPeering
        fields = (
            'cluster', 'node', 'router', 'peer_node', 'family', 'local_address', 'local_asn', 'remote_address',
            'remote_asn', 'description', 'tags',
        )  # fmt: skip


class CalicoPeeringImportForm(NetBoxModelImportForm):
    cluster = csv_cluster_field()
    node = CSVModelChoiceField(queryset=CalicoNode.objects.all(), to_field_name='name', help_text=_('Name of the node'))
    router = CSVModelChoiceField(
        queryset=CalicoRouter.objects.all(),
        to_field_name='device__name',
        required=False,
        help_text=_('Name of the device that the node peers with'),
    )
    peer_node = CSVModelChoiceField(
        queryset=CalicoNode.objects.all(),
        to_field_name='name',
        required=False,
        help_text=_('Or the name of the node that it peers with'),
    )

    class Meta:
        model = CalicoPeering
        fields = (
            'cluster', 'node', 'router', 'peer_node', 'family', 'local_address', 'local_asn', 'remote_address',
            'remote_asn', 'description', 'tags',
        )  # fmt: skip

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(data, *args, **kwargs)
        # Names of nodes are unique within a cluster only.
        if data and (cluster := data.get('cluster')):
            for name in ('node', 'peer_node'):
                self.fields[name].queryset = CalicoNode.objects.filter(cluster__name=cluster)


class CalicoPeeringBulkEditForm(NetBoxModelBulkEditForm):
    local_asn = forms.IntegerField(min_value=1, max_value=2**32 - 1, required=False, label=_("Node's AS"))
    remote_asn = forms.IntegerField(min_value=1, max_value=2**32 - 1, required=False, label=_("Peer's AS"))
    description = forms.CharField(max_length=200, required=False, label=_('Description'))

    model = CalicoPeering
    fieldsets = (FieldSet('local_asn', 'remote_asn', 'description'),)
    nullable_fields = ('local_asn', 'remote_asn', 'description')


class CalicoPeeringFilterForm(NetBoxModelFilterSetForm):
    model = CalicoPeering
    fieldsets = (
        FieldSet('q', 'filter_id', 'tag'),
        FieldSet('cluster_id', 'family', 'origin', 'up', name=_('Attributes')),
        FieldSet('node_id', 'router_id', 'device_id', name=_('Ends')),
    )
    cluster_id = clusters_field()
    family = forms.MultipleChoiceField(choices=FamilyChoices, required=False, label=_('Family'))
    origin = forms.MultipleChoiceField(choices=PeeringOriginChoices, required=False, label=_('Origin'))
    up = filter_boolean_field(_('Established at both ends'))
    node_id = DynamicModelMultipleChoiceField(
        queryset=CalicoNode.objects.all(), required=False, query_params={'cluster_id': '$cluster_id'}, label=_('Node')
    )
    router_id = DynamicModelMultipleChoiceField(queryset=CalicoRouter.objects.all(), required=False, label=_('Router'))
    device_id = DynamicModelMultipleChoiceField(queryset=Device.objects.all(), required=False, label=_('Device'))
    tag = TagFilterField(model)
