"""What the global search finds. Peerings are not: they are many, and jobs write them past the index."""

from __future__ import annotations

from netbox.search import SearchIndex, register_search

from .models import CalicoCluster, CalicoNode, CalicoPool, CalicoRouter, CalicoServiceRange, CalicoSwitchProfile


@register_search
class CalicoClusterIndex(SearchIndex):
    model = CalicoCluster
    fields = (('name', 100), ('handle', 110), ('description', 500), ('comments', 5000))
    display_attrs = ('design', 'asn', 'tenant', 'description')


@register_search
class CalicoNodeIndex(SearchIndex):
    model = CalicoNode
    fields = (('name', 100), ('system_uuid', 300), ('description', 500), ('comments', 5000))
    display_attrs = ('cluster', 'device', 'virtual_machine', 'description')


@register_search
class CalicoRouterIndex(SearchIndex):
    model = CalicoRouter
    fields = (('device', 100), ('description', 500), ('comments', 5000))
    display_attrs = ('role', 'asn', 'profile', 'drained', 'description')


@register_search
class CalicoSwitchProfileIndex(SearchIndex):
    model = CalicoSwitchProfile
    fields = (('name', 100), ('slug', 110), ('description', 500), ('comments', 5000))
    display_attrs = ('platform', 'driver', 'template_set', 'description')


@register_search
class CalicoPoolIndex(SearchIndex):
    model = CalicoPool
    fields = (('name', 100), ('prefix', 120), ('description', 500), ('comments', 5000))
    display_attrs = ('cluster', 'prefix', 'description')


@register_search
class CalicoServiceRangeIndex(SearchIndex):
    model = CalicoServiceRange
    fields = (('prefix', 120), ('description', 500), ('comments', 5000))
    display_attrs = ('cluster', 'kind', 'description')
