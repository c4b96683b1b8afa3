"""Columns of plans."""

from __future__ import annotations

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from netbox.tables import NetBoxTable, columns

from netbox_calico.models import CalicoPlan


class CalicoPlanTable(NetBoxTable):
    id = tables.Column(linkify=True, verbose_name=_('Plan'))
    cluster = tables.Column(linkify=True, verbose_name=_('Cluster'))
    kind = columns.ChoiceFieldColumn(verbose_name=_('Kind'))
    status = columns.ChoiceFieldColumn(verbose_name=_('Status'))
    design = columns.ChoiceFieldColumn(verbose_name=_('Design'))
    items = tables.Column(accessor='summary__items', orderable=False, verbose_name=_('Changes'))
    errors = tables.Column(accessor='summary__findings__error', orderable=False, verbose_name=_('Errors'))
    warnings = tables.Column(accessor='summary__findings__warning', orderable=False, verbose_name=_('Warnings'))
    created_by_name = tables.Column(verbose_name=_('Created by'))
    actions = columns.ActionsColumn(actions=())

    class Meta(NetBoxTable.Meta):
        model = CalicoPlan
        fields = (
            'pk', 'id', 'cluster', 'kind', 'status', 'design', 'items', 'errors', 'warnings', 'digest', 'created',
            'created_by_name', 'actions',
        )  # fmt: skip
        default_columns = (
            'id', 'cluster', 'kind', 'status', 'items', 'errors', 'warnings', 'created', 'created_by_name',
        )  # fmt: skip
