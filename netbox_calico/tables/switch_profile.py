"""Columns of switch profiles."""

from __future__ import annotations

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from netbox.tables import OrganizationalModelTable, columns

from netbox_calico.models import CalicoSwitchProfile


class CalicoSwitchProfileTable(OrganizationalModelTable):
    name = tables.Column(linkify=True, verbose_name=_('Name'))
    platform = tables.Column(linkify=True, verbose_name=_('Platform'))
    driver = columns.ChoiceFieldColumn(verbose_name=_('Driver'))
    template_set = columns.ChoiceFieldColumn(verbose_name=_('Template set'))
    confirm_seconds = tables.Column(verbose_name=_('Confirm within (s)'))
    keepalive = tables.Column(verbose_name=_('Keepalive (s)'))
    hold_time = tables.Column(verbose_name=_('Hold time (s)'))
    verify_host = columns.BooleanColumn(verbose_name=_('Verifies host key'))
    router_count = columns.LinkedCountColumn(
        viewname='plugins:netbox_calico:calicorouter_list',
        url_params={'profile_id': 'pk'},
        verbose_name=_('Routers that name it'),
    )
    tags = columns.TagColumn(url_name='plugins:netbox_calico:calicoswitchprofile_list')

    class Meta(OrganizationalModelTable.Meta):
        model = CalicoSwitchProfile
        fields = (
            'pk', 'id', 'name', 'slug', 'platform', 'driver', 'template_set', 'credential', 'port', 'verify_host',
            'workers', 'confirm_seconds', 'keepalive', 'hold_time', 'max_prefixes', 'router_count', 'description',
            'comments', 'tags', 'created', 'last_updated', 'actions',
        )  # fmt: skip
        default_columns = (
            'pk', 'name', 'platform', 'driver', 'template_set', 'keepalive', 'hold_time', 'router_count', 'description',
        )  # fmt: skip
