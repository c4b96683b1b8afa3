"""Columns of Calico peerings."""

from __future__ import annotations

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from netbox.tables import NetBoxTable, columns

from netbox_calico.models import CalicoPeering


class CalicoPeeringTable(NetBoxTable):
    cluster = tables.Column(linkify=True, verbose_name=_('Cluster'))
    node = tables.Column(linkify=True, verbose_name=_('Node'))
    router = tables.Column(linkify=True, order_by=('router__device__name',), verbose_name=_('Router'))
    peer_node = tables.Column(linkify=True, verbose_name=_('Peer node'))
    family = columns.ChoiceFieldColumn(verbose_name=_('Family'))
    origin = columns.ChoiceFieldColumn(verbose_name=_('Origin'))
    node_side = columns.ChoiceFieldColumn(
        accessor='state__get_node_side_display',
        order_by='state__node_side',
        color=lambda record: record.state.get_node_side_color(),
        verbose_name=_("Node's side"),
    )
    router_side = columns.ChoiceFieldColumn(
        accessor='state__get_router_side_display',
        order_by='state__router_side',
        color=lambda record: record.state.get_router_side_color(),
        verbose_name=_("Peer's side"),
    )
    accepted = tables.Column(accessor='state__accepted', verbose_name=_('Prefixes'))
    since = columns.DateTimeColumn(accessor='state__since', verbose_name=_('Since'))
    tags = columns.TagColumn(url_name='plugins:netbox_calico:calicopeering_list')

    class Meta(NetBoxTable.Meta):
        model = CalicoPeering
        fields = (
            'pk', 'id', 'cluster', 'node', 'router', 'peer_node', 'family', 'local_address', 'local_asn',
            'remote_address', 'remote_asn', 'origin', 'node_side', 'router_side', 'accepted', 'since', 'description',
            'tags', 'created', 'last_updated', 'actions',
        )  # fmt: skip
        default_columns = (
            'pk', 'id', 'cluster', 'node', 'router', 'peer_node', 'family', 'local_address', 'remote_address',
            'remote_asn', 'origin', 'node_side', 'router_side',
        )  # fmt: skip
