"""One session between a node and a router, both ends in one object.

Addresses and AS numbers are values, not references: deleting an address or renumbering must not erase the fact which
neighbour has to be removed. A session of the mesh is never a row; the mesh is arithmetic.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from netbox.models import NetBoxModel

from netbox_calico.choices import FamilyChoices, PeeringOriginChoices
from netbox_calico.compat import AbortRequest, ASNField

from .base import name_of


class CalicoPeering(NetBoxModel):
    """Derived peerings follow from the design and are kept by the plugin; manual ones are a record of people's."""

    cluster = models.ForeignKey(
        verbose_name=_('cluster'), to='netbox_calico.CalicoCluster', on_delete=models.PROTECT, related_name='peerings'
    )
    node = models.ForeignKey(
        verbose_name=_('node'), to='netbox_calico.CalicoNode', on_delete=models.CASCADE, related_name='peerings'
    )
    router = models.ForeignKey(
        verbose_name=_('router'), to='netbox_calico.CalicoRouter', on_delete=models.PROTECT, related_name='peerings'
    )
    family = models.PositiveSmallIntegerField(verbose_name=_('family'), choices=FamilyChoices)
    origin = models.CharField(
        verbose_name=_('origin'),
        max_length=10,
        choices=PeeringOriginChoices,
        default=PeeringOriginChoices.MANUAL,
        editable=False,
    )
    local_address = models.GenericIPAddressField(
        verbose_name=_('local address'), blank=True, null=True, help_text=_("The node's end")
    )
    remote_address = models.GenericIPAddressField(
        verbose_name=_('remote address'), blank=True, null=True, help_text=_("The router's end")
    )
    local_asn = ASNField(verbose_name=_('local AS'), blank=True, null=True, help_text=_("The node's end"))
    remote_asn = ASNField(verbose_name=_('remote AS'), blank=True, null=True, help_text=_("The router's end"))
    description = models.CharField(verbose_name=_('description'), max_length=200, blank=True)

    prerequisite_models = ('netbox_calico.CalicoNode', 'netbox_calico.CalicoRouter')

    # What the design decides. Changing one of these takes the peering out of its hands.
    derived_fields = (
        'cluster',
        'node',
        'router',
        'family',
        'local_address',
        'remote_address',
        'local_asn',
        'remote_asn',
    )

    # NetBox would link to a page among its own documentation.
    docs_url = None

    class Meta:
        ordering = ('pk',)
        verbose_name = _('Calico peering')
        verbose_name_plural = _('Calico peerings')
        constraints = (
            models.UniqueConstraint(
                fields=('node', 'router', 'family'),
                name='%(app_label)s_%(class)s_unique_session',
                violation_error_message=_('There is a peering of this node, router and family already.'),
            ),
        )
        indexes = (
            models.Index(fields=('cluster', 'id')),
            models.Index(fields=('cluster', 'origin')),
        )

    def __str__(self):
        return f'{name_of(self, "node")} – {name_of(self, "router")} (IPv{self.family})'

    def clean(self):
        super().clean()
        if self.node_id and self.cluster_id and self.node.cluster_id != self.cluster_id:
            raise ValidationError({'node': _('Node {node} is not one of this cluster.').format(node=self.node)})
        for field in ('local_address', 'remote_address'):
            address = getattr(self, field)
            if address and self.family and (6 if ':' in address else 4) != self.family:
                raise ValidationError({field: _('This is not an IPv{family} address.').format(family=self.family)})
        if self._was_derived_and_is_changed():
            self.origin = PeeringOriginChoices.MANUAL

    def delete(self, *args, **kwargs):
        if self.origin == PeeringOriginChoices.DERIVED:
            raise AbortRequest(
                _(
                    '{peering} follows from the design of {cluster} and would come back. '
                    'Change the design, drain the router or remove the node instead.'
                ).format(peering=self, cluster=self.cluster)
            )
        return super().delete(*args, **kwargs)

    def _was_derived_and_is_changed(self):
        if not self.pk or self.origin != PeeringOriginChoices.DERIVED:
            return False
        before = type(self).objects.get(pk=self.pk)
        names = [self._meta.get_field(name).attname for name in self.derived_fields]
        return any(getattr(self, name) != getattr(before, name) for name in names)

    def get_origin_color(self):
        return PeeringOriginChoices.colors.get(self.origin)
