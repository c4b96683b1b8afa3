"""One session between a node and a router or another node, both ends in one object.

Addresses and AS numbers are values, not references: deleting an address or renumbering must not erase the fact which
neighbour has to be removed. A session of the mesh is never a row; the mesh is arithmetic.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
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
        verbose_name=_('router'),
        to='netbox_calico.CalicoRouter',
        on_delete=models.PROTECT,
        related_name='peerings',
        blank=True,
        null=True,
    )
    peer_node = models.ForeignKey(
        verbose_name=_('peer node'),
        to='netbox_calico.CalicoNode',
        on_delete=models.CASCADE,
        related_name='+',
        blank=True,
        null=True,
        help_text=_('The other node, of a session between two nodes'),
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
        verbose_name=_('remote address'), blank=True, null=True, help_text=_("The peer's end")
    )
    local_asn = ASNField(verbose_name=_('local AS'), blank=True, null=True, help_text=_("The node's end"))
    remote_asn = ASNField(verbose_name=_('remote AS'), blank=True, null=True, help_text=_("The peer's end"))
    description = models.CharField(verbose_name=_('description'), max_length=200, blank=True)

    prerequisite_models = ('netbox_calico.CalicoNode',)

    # What the design decides. Changing one of these takes the peering out of its hands.
    derived_fields = (
        'cluster',
        'node',
        'router',
        'peer_node',
        'family',
        'local_address',
        'remote_address',
        'local_asn',
        'remote_asn',
    )

    # What a field is called when the session is told from its other end.
    other_end = {
        'node': 'peer_node',
        'peer_node': 'node',
        'local_address': 'remote_address',
        'remote_address': 'local_address',
        'local_asn': 'remote_asn',
        'remote_asn': 'local_asn',
    }

    # NetBox would link to a page among its own documentation.
    docs_url = None

    class Meta:
        ordering = ('pk',)
        verbose_name = _('Calico peering')
        verbose_name_plural = _('Calico peerings')
        constraints = (
            models.UniqueConstraint(
                fields=('node', 'router', 'peer_node', 'family'),
                name='%(app_label)s_%(class)s_unique_session',
                nulls_distinct=False,
                violation_error_message=_('There is a peering of these two and this family already.'),
            ),
            models.CheckConstraint(
                condition=Q(router__isnull=False, peer_node__isnull=True)
                | Q(router__isnull=True, peer_node__isnull=False),
                name='%(app_label)s_%(class)s_one_peer',
                violation_error_message=_('A node peers with a router or with another node: choose one of them.'),
            ),
            # So that a session between two nodes is one row, whichever end it was seen from.
            models.CheckConstraint(
                condition=Q(peer_node__isnull=True) | Q(peer_node__gt=F('node')),
                name='%(app_label)s_%(class)s_node_order',
                violation_error_message=_('A node does not peer with itself.'),
            ),
        )
        indexes = (
            models.Index(fields=('cluster', 'id')),
            models.Index(fields=('cluster', 'origin')),
        )

    def __str__(self):
        return f'{name_of(self, "node")} – {name_of(self, self.peer_field)} (IPv{self.family})'

    @property
    def peer_field(self):
        """The name of the field that holds the other end."""
        return 'peer_node' if self.peer_node_id else 'router'

    @property
    def peer(self):
        """The router or the node at the other end."""
        return getattr(self, self.peer_field)

    def clean(self):
        super().clean()
        for field in ('node', 'peer_node'):
            node = getattr(self, field, None)
            if node and self.cluster_id and node.cluster_id != self.cluster_id:
                raise ValidationError({field: _('Node {node} is not one of this cluster.').format(node=node)})
        self._put_ends_in_order()
        for field in ('local_address', 'remote_address'):
            address = getattr(self, field)
            if address and self.family and (6 if ':' in address else 4) != self.family:
                raise ValidationError({field: _('This is not an IPv{family} address.').format(family=self.family)})
        if self._was_derived_and_is_changed():
            self.origin = PeeringOriginChoices.MANUAL

    def _put_ends_in_order(self):
        """Of two nodes, the one that NetBox has known for longer is the node, whichever was named first."""
        if self.node_id and self.peer_node_id and self.peer_node_id < self.node_id:
            for name, value in {name: getattr(self, other) for name, other in self.other_end.items()}.items():
                setattr(self, name, value)

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
