"""Filters of switch profiles."""

from __future__ import annotations

import django_filters
from dcim.models import Platform
from django.utils.translation import gettext as _
from netbox.filtersets import OrganizationalModelFilterSet
from utilities.filtersets import register_filterset

from netbox_calico.choices import DriverChoices, TemplateSetChoices
from netbox_calico.compat import TreeNodeMultipleChoiceFilter
from netbox_calico.models import CalicoSwitchProfile


@register_filterset
class CalicoSwitchProfileFilterSet(OrganizationalModelFilterSet):
    platform_id = TreeNodeMultipleChoiceFilter(
        queryset=Platform.objects.all(), field_name='platform', lookup_expr='in', label=_('Platform (ID)')
    )
    platform = TreeNodeMultipleChoiceFilter(
        queryset=Platform.objects.all(),
        field_name='platform',
        to_field_name='slug',
        lookup_expr='in',
        label=_('Platform (slug)'),
    )
    driver = django_filters.MultipleChoiceFilter(choices=DriverChoices, distinct=False)
    template_set = django_filters.MultipleChoiceFilter(choices=TemplateSetChoices, distinct=False)

    class Meta:
        model = CalicoSwitchProfile
        fields = (
            'id', 'name', 'slug', 'description', 'credential', 'port', 'confirm_seconds', 'keepalive', 'hold_time',
            'workers', 'max_prefixes', 'verify_host',
        )  # fmt: skip
