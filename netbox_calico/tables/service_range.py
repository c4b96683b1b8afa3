"""Columns of Calico service ranges."""

from __future__ import annotations

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from netbox.tables import PrimaryModelTable, columns

from netbox_calico.models import CalicoServiceRange


class CalicoServiceRangeTable(PrimaryModelTable):
    range = tables.Column(
        accessor='prefix__prefix', linkify=lambda record: record.get_absolute_url(), verbose_name=_('Range')
    )
    cluster = tables.Column(linkify=True, verbose_name=_('Cluster'))
    prefix = tables.Column(linkify=True, verbose_name=_('Prefix'))
    kind = columns.ChoiceFieldColumn(verbose_name=_('Kind'))
    anycast = columns.BooleanColumn(verbose_name=_('Anycast'), false_mark=None)
    tags = columns.TagColumn(url_name='plugins:netbox_calico:calicoservicerange_list')

    class Meta(PrimaryModelTable.Meta):
        model = CalicoServiceRange
        fields = (
            'pk', 'id', 'range', 'cluster', 'prefix', 'kind', 'anycast', 'description', 'comments', 'tags', 'created',
            'last_updated', 'actions',
        )  # fmt: skip
        default_columns = ('pk', 'range', 'cluster', 'kind', 'anycast', 'description')
