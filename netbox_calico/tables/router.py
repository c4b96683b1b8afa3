"""Columns of Calico routers."""

from __future__ import annotations

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from netbox.tables import PrimaryModelTable, columns

from netbox_calico.models import CalicoRouter


class CalicoRouterTable(PrimaryModelTable):
    name = tables.Column(
        accessor='device__name', linkify=lambda record: record.get_absolute_url(), verbose_name=_('Router')
    )
    device = tables.Column(linkify=True, verbose_name=_('Device'))
    role = columns.ChoiceFieldColumn(verbose_name=_('Role'))
    profile = tables.Column(linkify=True, verbose_name=_('Switch profile'))
    asn = tables.Column(linkify=True, verbose_name=_('ASN'))
    site = tables.Column(accessor='device__site', linkify=True, verbose_name=_('Site'))
    rack = tables.Column(accessor='device__rack', linkify=True, verbose_name=_('Rack'))
    racks = columns.ManyToManyColumn(linkify_item=True, verbose_name=_('Tied racks'))
    drained = columns.BooleanColumn(verbose_name=_('Drained'), false_mark=None)
    reachable = columns.BooleanColumn(accessor='state__reachable', verbose_name=_('Reachable'))
    tags = columns.TagColumn(url_name='plugins:netbox_calico:calicorouter_list')

    class Meta(PrimaryModelTable.Meta):
        model = CalicoRouter
        fields = (
            'pk', 'id', 'name', 'device', 'role', 'asn', 'router_id', 'profile', 'credential', 'site', 'rack', 'racks',
            'drained', 'reachable', 'description', 'comments', 'tags', 'created', 'last_updated', 'actions',
        )  # fmt: skip
        default_columns = ('pk', 'name', 'role', 'asn', 'profile', 'site', 'rack', 'drained', 'reachable')
