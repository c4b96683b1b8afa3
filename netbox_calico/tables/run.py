"""Columns of runs and of their outcomes."""

from __future__ import annotations

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from netbox.tables import BaseTable, NetBoxTable, columns

from netbox_calico.models import CalicoOutcome, CalicoRun


class CalicoRunTable(NetBoxTable):
    id = tables.Column(linkify=True, verbose_name=_('Run'))
    cluster = tables.Column(linkify=True, verbose_name=_('Cluster'))
    plan = tables.Column(linkify=True, verbose_name=_('Plan'))
    kind = columns.ChoiceFieldColumn(verbose_name=_('Kind'))
    status = columns.ChoiceFieldColumn(verbose_name=_('Status'))
    wanted = columns.ChoiceFieldColumn(verbose_name=_('Wanted'))
    started_by_name = tables.Column(verbose_name=_('Started by'))
    actions = columns.ActionsColumn(actions=())

    class Meta(NetBoxTable.Meta):
        model = CalicoRun
        fields = (
            'pk', 'id', 'cluster', 'plan', 'kind', 'status', 'wanted', 'step', 'attempt', 'requested', 'started',
            'ended', 'started_by_name', 'error', 'actions',
        )  # fmt: skip
        default_columns = ('id', 'cluster', 'plan', 'kind', 'status', 'step', 'started', 'ended', 'started_by_name')


class CalicoOutcomeTable(BaseTable):
    step = tables.Column(accessor='item__step', verbose_name=_('Step'))
    item = tables.Column(accessor='item__label', verbose_name=_('Target'))
    phase = columns.ChoiceFieldColumn(verbose_name=_('Phase'))
    result = columns.ChoiceFieldColumn(verbose_name=_('Result'))
    message = tables.Column(verbose_name=_('Message'))

    class Meta(BaseTable.Meta):
        model = CalicoOutcome
        fields = ('step', 'item', 'phase', 'result', 'at', 'message')
        default_columns = fields
