"""Columns of Calico pools."""

from __future__ import annotations

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from netbox.tables import PrimaryModelTable, columns

from netbox_calico.models import CalicoPool


class CalicoPoolTable(PrimaryModelTable):
    name = tables.Column(linkify=True, verbose_name=_('Name'))
    cluster = tables.Column(linkify=True, verbose_name=_('Cluster'))
    prefix = tables.Column(linkify=True, verbose_name=_('Prefix'))
    ipip = columns.ChoiceFieldColumn(verbose_name=_('IPIP'))
    vxlan = columns.ChoiceFieldColumn(verbose_name=_('VXLAN'))
    ours = columns.BooleanColumn(verbose_name=_('Ours'), false_mark=None)
    nat_outgoing = columns.BooleanColumn(verbose_name=_('NAT outgoing'), false_mark=None)
    disabled = columns.BooleanColumn(verbose_name=_('Disabled'), false_mark=None)
    disable_export = columns.BooleanColumn(verbose_name=_('Export disabled'), false_mark=None)
    tags = columns.TagColumn(url_name='plugins:netbox_calico:calicopool_list')

    class Meta(PrimaryModelTable.Meta):
        model = CalicoPool
        fields = (
            'pk', 'id', 'name', 'cluster', 'prefix', 'block_size', 'ipip', 'vxlan', 'ours', 'nat_outgoing',
            'disabled', 'disable_export', 'node_selector', 'description', 'comments', 'tags', 'created',
            'last_updated', 'actions',
        )  # fmt: skip
        default_columns = ('pk', 'name', 'cluster', 'prefix', 'block_size', 'ipip', 'vxlan', 'nat_outgoing', 'disabled')
