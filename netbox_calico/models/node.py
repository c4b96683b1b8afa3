"""A Kubernetes node; points at the device or the virtual machine that it is."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from netbox.models import PrimaryModel

from netbox_calico.choices import ReflectorChoices


class CalicoNode(PrimaryModel):
    cluster = models.ForeignKey(
        verbose_name=_('cluster'), to='netbox_calico.CalicoCluster', on_delete=models.PROTECT, related_name='nodes'
    )
    name = models.CharField(verbose_name=_('name'), max_length=253, db_collation='natural_sort')
    system_uuid = models.UUIDField(verbose_name=_('system UUID'), blank=True, null=True)
    device = models.ForeignKey(
        verbose_name=_('device'),
        to='dcim.Device',
        on_delete=models.SET_NULL,
        related_name='calico_nodes',
        blank=True,
        null=True,
    )
    virtual_machine = models.ForeignKey(
        verbose_name=_('virtual machine'),
        to='virtualization.VirtualMachine',
        on_delete=models.SET_NULL,
        related_name='calico_nodes',
        blank=True,
        null=True,
    )
    rack = models.ForeignKey(
        verbose_name=_('rack'),
        to='dcim.Rack',
        on_delete=models.SET_NULL,
        related_name='calico_nodes',
        blank=True,
        null=True,
        help_text=_('Only for a virtual machine whose host is not known'),
    )
    asn = models.ForeignKey(
        verbose_name=_('ASN'),
        to='ipam.ASN',
        on_delete=models.PROTECT,
        related_name='calico_nodes',
        blank=True,
        null=True,
        help_text=_('Its own AS number, in the design with an AS a node: given once, then kept'),
    )
    reflector = models.CharField(
        verbose_name=_('route reflector'),
        max_length=10,
        choices=ReflectorChoices,
        default=ReflectorChoices.AUTO,
        help_text=_('Whether it becomes one in designs with route reflectors'),
    )
    drained = models.BooleanField(
        verbose_name=_('drained'),
        default=False,
        help_text=_('On its way out: it is never chosen as a route reflector'),
    )

    prerequisite_models = ('netbox_calico.CalicoCluster',)

    # NetBox would link to a page among its own documentation.
    docs_url = None

    class Meta:
        ordering = ('cluster_id', 'name')
        verbose_name = _('Calico node')
        verbose_name_plural = _('Calico nodes')
        constraints = (
            models.UniqueConstraint(fields=('cluster', 'name'), name='%(app_label)s_%(class)s_unique_cluster_name'),
            models.UniqueConstraint(
                fields=('device',),
                name='%(app_label)s_%(class)s_unique_device',
                condition=Q(device__isnull=False),
                violation_error_message=_('Another node is this device already.'),
            ),
            models.UniqueConstraint(
                fields=('virtual_machine',),
                name='%(app_label)s_%(class)s_unique_virtual_machine',
                condition=Q(virtual_machine__isnull=False),
                violation_error_message=_('Another node is this virtual machine already.'),
            ),
            # At most one: neither is what remains when the host is deleted, and a finding says so.
            models.CheckConstraint(
                condition=Q(device__isnull=True) | Q(virtual_machine__isnull=True),
                name='%(app_label)s_%(class)s_one_host',
                violation_error_message=_('A node is a device or a virtual machine, not both.'),
            ),
        )

    def __str__(self):
        return self.name

    def get_reflector_color(self):
        return ReflectorChoices.colors.get(self.reflector)

    @property
    def host(self):
        """The device or virtual machine that the node is, or None."""
        return self.device or self.virtual_machine
