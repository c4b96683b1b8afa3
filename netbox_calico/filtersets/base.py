"""Filters that several lists have."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext as _

from netbox_calico.models import CalicoCluster


class OfCluster(django_filters.FilterSet):
    """Of one of these clusters, by key or name."""

    cluster_id = django_filters.ModelMultipleChoiceFilter(
        queryset=CalicoCluster.objects.all(), distinct=False, label=_('Calico cluster (ID)')
    )
    cluster = django_filters.ModelMultipleChoiceFilter(
        field_name='cluster__name',
        queryset=CalicoCluster.objects.all(),
        distinct=False,
        to_field_name='name',
        label=_('Calico cluster (name)'),
    )
