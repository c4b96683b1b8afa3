"""An IPPool of the cluster, over a prefix of NetBox."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from netbox.models import PrimaryModel

from netbox_calico.choices import EncapsulationChoices
from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.selectors import parse


class CalicoPool(PrimaryModel):
    cluster = models.ForeignKey(
        verbose_name=_('cluster'), to='netbox_calico.CalicoCluster', on_delete=models.PROTECT, related_name='pools'
    )
    prefix = models.ForeignKey(
        verbose_name=_('prefix'), to='ipam.Prefix', on_delete=models.PROTECT, related_name='calico_pools'
    )
    name = models.CharField(verbose_name=_('name'), max_length=253, db_collation='natural_sort')
    block_size = models.PositiveSmallIntegerField(
        verbose_name=_('block size'),
        default=26,
        validators=[MaxValueValidator(128)],
        help_text=_('Prefix length of the blocks that nodes are given: 20 to 32 for IPv4, 116 to 128 for IPv6'),
    )
    ipip = models.CharField(
        verbose_name=_('IPIP'), max_length=12, choices=EncapsulationChoices, default=EncapsulationChoices.NEVER
    )
    vxlan = models.CharField(
        verbose_name=_('VXLAN'), max_length=12, choices=EncapsulationChoices, default=EncapsulationChoices.NEVER
    )
    nat_outgoing = models.BooleanField(verbose_name=_('NAT outgoing'), default=False)
    disabled = models.BooleanField(verbose_name=_('disabled'), default=False)
    disable_export = models.BooleanField(
        verbose_name=_('disable export'), default=False, help_text=_('Nodes do not announce the pool')
    )
    node_selector = models.CharField(
        verbose_name=_('node selector'),
        max_length=1024,
        default='all()',
        help_text=_("Calico's selector of the nodes that use the pool, as zone == 'a'; all() for every node"),
    )
    ours = models.BooleanField(
        verbose_name=_('ours'),
        default=False,
        help_text=_(
            'Plans set the IPIP mode of the pool to what stands here; they never change anything else of a pool'
        ),
    )

    clone_fields = ('cluster', 'block_size', 'ipip', 'vxlan', 'nat_outgoing', 'disable_export', 'node_selector', 'ours')
    prerequisite_models = ('netbox_calico.CalicoCluster', 'ipam.Prefix')

    # NetBox would link to a page among its own documentation.
    docs_url = None

    class Meta:
        ordering = ('cluster_id', 'name')
        verbose_name = _('Calico pool')
        verbose_name_plural = _('Calico pools')
        constraints = (
            models.UniqueConstraint(fields=('cluster', 'name'), name='%(app_label)s_%(class)s_unique_cluster_name'),
            models.UniqueConstraint(
                fields=('cluster', 'prefix'),
                name='%(app_label)s_%(class)s_unique_cluster_prefix',
                violation_error_message=_('The cluster has a pool of this prefix already.'),
            ),
            models.CheckConstraint(
                condition=Q(ipip=EncapsulationChoices.NEVER) | Q(vxlan=EncapsulationChoices.NEVER),
                name='%(app_label)s_%(class)s_one_encapsulation',
                violation_error_message=_('A pool is encapsulated in IPIP or in VXLAN, not in both.'),
            ),
        )

    def __str__(self):
        return self.name

    def clean(self):
        super().clean()
        try:
            parse(self.node_selector)
        except InvalidInput as exc:
            raise ValidationError({'node_selector': str(exc)}) from exc
        if not hasattr(self, 'prefix') or self.block_size is None:
            return
        network = self.prefix.prefix
        smallest, largest = (20, 32) if network.version == 4 else (116, 128)
        if not max(smallest, network.prefixlen) <= self.block_size <= largest:
            raise ValidationError(
                {
                    'block_size': _('Blocks of {prefix} have a length of {smallest} to {largest}.').format(
                        prefix=network, smallest=max(smallest, network.prefixlen), largest=largest
                    )
                }
            )
        if network.version == 6 and self.ipip != EncapsulationChoices.NEVER:
            raise ValidationError({'ipip': _('Calico knows no IPIP for IPv6.')})

    def get_ipip_color(self):
        return EncapsulationChoices.colors.get(self.ipip)

    def get_vxlan_color(self):
        return EncapsulationChoices.colors.get(self.vxlan)
