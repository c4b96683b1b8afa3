"""A range of service addresses that the nodes announce, over a prefix of NetBox."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from netbox.models import PrimaryModel

from netbox_calico.choices import ServiceRangeKindChoices

from .base import name_of


class CalicoServiceRange(PrimaryModel):
    cluster = models.ForeignKey(
        verbose_name=_('cluster'),
        to='netbox_calico.CalicoCluster',
        on_delete=models.PROTECT,
        related_name='service_ranges',
    )
    prefix = models.ForeignKey(
        verbose_name=_('prefix'), to='ipam.Prefix', on_delete=models.PROTECT, related_name='calico_service_ranges'
    )
    kind = models.CharField(verbose_name=_('kind'), max_length=12, choices=ServiceRangeKindChoices)
    anycast = models.BooleanField(
        verbose_name=_('anycast'), default=False, help_text=_('Other clusters announce the same range on purpose')
    )

    clone_fields = ('cluster', 'kind', 'anycast')
    prerequisite_models = ('netbox_calico.CalicoCluster', 'ipam.Prefix')

    # NetBox would link to a page among its own documentation.
    docs_url = None

    class Meta:
        ordering = ('cluster_id', 'kind', 'pk')
        verbose_name = _('Calico service range')
        verbose_name_plural = _('Calico service ranges')
        constraints = (
            models.UniqueConstraint(
                fields=('cluster', 'prefix', 'kind'),
                name='%(app_label)s_%(class)s_unique_cluster_prefix_kind',
                violation_error_message=_('The cluster has this range already.'),
            ),
        )

    def __str__(self):
        return f'{name_of(self, "prefix")} ({self.get_kind_display()})'

    def get_kind_color(self):
        return ServiceRangeKindChoices.colors.get(self.kind)
