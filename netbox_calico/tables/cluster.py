"""Columns of Calico clusters. Whatever was observed comes from the state row and is counted nowhere."""

from __future__ import annotations

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from netbox.tables import PrimaryModelTable, columns

from netbox_calico.compat import TenancyColumnsMixin
from netbox_calico.designs import OPTIONS
from netbox_calico.models import CalicoCluster


class CalicoClusterTable(TenancyColumnsMixin, PrimaryModelTable):
    name = tables.Column(linkify=True, verbose_name=_('Name'))
    cluster = tables.Column(linkify=True, verbose_name=_('Virtualization cluster'))
    design = columns.ChoiceFieldColumn(verbose_name=_('Design'))
    asn = tables.Column(linkify=True, verbose_name=_('ASN'))
    asn_range = tables.Column(linkify=True, verbose_name=_('ASN range'))
    scheme = columns.ChoiceFieldColumn(verbose_name=_('BGPPeers'))
    loop_remedy = columns.ChoiceFieldColumn(verbose_name=_('Loop remedy'))
    vrf = tables.Column(linkify=True, verbose_name=_('VRF'))
    families = tables.Column(accessor='families_label', orderable=False, verbose_name=_('Families'))
    mesh = columns.ChoiceFieldColumn(
        accessor='state__get_mesh_display',
        order_by='state__mesh',
        color=lambda record: record.state.get_mesh_color(),
        verbose_name=_('Mesh'),
    )
    sessions = columns.TemplateColumn(
        template_name='netbox_calico/columns/cluster_sessions.html',
        order_by=('state__sessions_up',),
        verbose_name=_('Sessions'),
    )
    drift = columns.TemplateColumn(
        template_name='netbox_calico/columns/cluster_drift.html',
        order_by=('state__drift_cluster', 'state__drift_routers'),
        verbose_name=_('Drift'),
    )
    observed_at = columns.DateTimeColumn(accessor='state__observed_at', verbose_name=_('Observed'))
    interval = tables.Column(verbose_name=_('Interval (min)'))
    four_eyes = columns.BooleanColumn(verbose_name=_('Four eyes'))
    tags = columns.TagColumn(url_name='plugins:netbox_calico:calicocluster_list')

    class Meta(PrimaryModelTable.Meta):
        model = CalicoCluster
        fields = (
            'pk', 'id', 'name', 'handle', 'design', 'families', 'asn', 'vrf', 'cluster', 'tenant', 'tenant_group',
            'connection', *OPTIONS, 'rack_label', 'mesh', 'sessions', 'drift', 'observed_at', 'interval', 'approvals',
            'four_eyes', 'description', 'comments', 'tags', 'created', 'last_updated', 'actions',
        )  # fmt: skip
        default_columns = (
            'pk', 'name', 'design', 'families', 'asn', 'tenant', 'mesh', 'sessions', 'drift', 'observed_at',
        )  # fmt: skip
