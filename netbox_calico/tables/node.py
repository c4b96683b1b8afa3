"""Columns of Calico nodes."""

from __future__ import annotations

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from netbox.tables import PrimaryModelTable, columns

from netbox_calico.models import CalicoNode


class CalicoNodeTable(PrimaryModelTable):
    name = tables.Column(linkify=True, verbose_name=_('Name'))
    cluster = tables.Column(linkify=True, verbose_name=_('Cluster'))
    device = tables.Column(linkify=True, verbose_name=_('Device'))
    virtual_machine = tables.Column(linkify=True, verbose_name=_('Virtual machine'))
    rack = tables.Column(accessor='device__rack', linkify=True, verbose_name=_('Rack'))
    asn = tables.Column(linkify=True, verbose_name=_('ASN'))
    reflector = columns.ChoiceFieldColumn(verbose_name=_('Route reflector'))
    drained = columns.BooleanColumn(verbose_name=_('Drained'), false_mark=None)
    ready = columns.BooleanColumn(accessor='state__ready', verbose_name=_('Ready'))
    addresses = columns.ArrayColumn(accessor='state__addresses', orderable=False, verbose_name=_('Addresses'))
    tags = columns.TagColumn(url_name='plugins:netbox_calico:caliconode_list')

    class Meta(PrimaryModelTable.Meta):
        model = CalicoNode
        fields = (
            'pk', 'id', 'name', 'cluster', 'device', 'virtual_machine', 'rack', 'system_uuid', 'asn', 'reflector',
            'drained', 'ready', 'addresses', 'description', 'comments', 'tags', 'created', 'last_updated', 'actions',
        )  # fmt: skip
        default_columns = (
            'pk', 'name', 'cluster', 'device', 'virtual_machine', 'rack', 'asn', 'reflector', 'drained', 'ready',
        )  # fmt: skip
