"""What was seen last, one row an object, apart from the objects themselves.

A refresh of 20,000 sessions must not write 20,000 change log entries, nor change the ETag that somebody is editing
against. Badges, lists and panels read the cluster's row and count nothing.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from netbox_calico.choices import MeshChoices, SessionStateChoices

from .base import Fact


class CalicoClusterState(Fact):
    cluster = models.OneToOneField(
        to='netbox_calico.CalicoCluster', on_delete=models.CASCADE, related_name='state', primary_key=True
    )
    # Which Kubernetes cluster it is: the UID of its namespace kube-system, empty until it was read.
    identity = models.CharField(max_length=64, blank=True)
    observed_at = models.DateTimeField(blank=True, null=True)
    # Of what shapes a plan, when both sides were compared last: a plan of another one is stale.
    observation_digest = models.CharField(max_length=64, blank=True)
    compared_at = models.DateTimeField(blank=True, null=True)
    version = models.CharField(max_length=50, blank=True)
    mesh = models.CharField(max_length=10, choices=MeshChoices, default=MeshChoices.UNKNOWN, blank=True)
    sessions_up = models.PositiveIntegerField(default=0)
    sessions_expected = models.PositiveIntegerField(default=0)
    drift_cluster = models.PositiveIntegerField(default=0)
    drift_routers = models.PositiveIntegerField(default=0)
    findings_error = models.PositiveIntegerField(default=0)
    findings_warning = models.PositiveIntegerField(default=0)
    findings = models.ForeignKey(
        to='netbox_calico.CalicoBlob', on_delete=models.PROTECT, related_name='+', blank=True, null=True
    )
    # What the last sync found in the cluster, and which hosts fit: offered to people, written by nobody else.
    proposal = models.ForeignKey(
        to='netbox_calico.CalicoBlob', on_delete=models.PROTECT, related_name='+', blank=True, null=True
    )
    drift = models.ForeignKey(
        to='netbox_calico.CalicoBlob', on_delete=models.PROTECT, related_name='+', blank=True, null=True
    )
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ('cluster_id',)
        verbose_name = _('cluster state')
        verbose_name_plural = _('cluster states')
        constraints = (
            models.UniqueConstraint(
                fields=('identity',), condition=~Q(identity=''), name='%(app_label)s_%(class)s_unique_identity'
            ),
        )

    def __str__(self):
        return str(self.cluster_id)

    def get_mesh_color(self):
        return MeshChoices.colors.get(self.mesh)

    @property
    def drifted(self):
        """How many targets differ from what was deployed or is wished."""
        return self.drift_cluster + self.drift_routers


class CalicoNodeState(Fact):
    node = models.OneToOneField(
        to='netbox_calico.CalicoNode', on_delete=models.CASCADE, related_name='state', primary_key=True
    )
    ready = models.BooleanField(default=False)
    addresses = ArrayField(base_field=models.CharField(max_length=50), default=list, blank=True)
    asn = models.BigIntegerField(blank=True, null=True)
    labels_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ('node_id',)
        verbose_name = _('node state')
        verbose_name_plural = _('node states')

    def __str__(self):
        return str(self.node_id)


class CalicoRouterState(Fact):
    router = models.OneToOneField(
        to='netbox_calico.CalicoRouter', on_delete=models.CASCADE, related_name='state', primary_key=True
    )
    reachable = models.BooleanField(default=False)
    observed_at = models.DateTimeField(blank=True, null=True)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ('router_id',)
        verbose_name = _('router state')
        verbose_name_plural = _('router states')

    def __str__(self):
        return str(self.router_id)


class CalicoPeeringState(Fact):
    peering = models.OneToOneField(
        to='netbox_calico.CalicoPeering', on_delete=models.CASCADE, related_name='state', primary_key=True
    )
    cluster = models.ForeignKey(to='netbox_calico.CalicoCluster', on_delete=models.CASCADE, related_name='+')
    node_side = models.PositiveSmallIntegerField(choices=SessionStateChoices, default=SessionStateChoices.UNKNOWN)
    router_side = models.PositiveSmallIntegerField(choices=SessionStateChoices, default=SessionStateChoices.UNKNOWN)
    since = models.DateTimeField(blank=True, null=True)
    accepted = models.PositiveIntegerField(blank=True, null=True)

    class Meta:
        ordering = ('peering_id',)
        verbose_name = _('peering state')
        verbose_name_plural = _('peering states')
        indexes = (
            models.Index(
                fields=('cluster',),
                name='netbox_calico_peering_down',
                condition=~Q(node_side=SessionStateChoices.UP) | ~Q(router_side=SessionStateChoices.UP),
            ),
        )

    def __str__(self):
        return str(self.peering_id)

    def get_node_side_color(self):
        return SessionStateChoices.colors.get(self.node_side)

    def get_router_side_color(self):
        return SessionStateChoices.colors.get(self.router_side)
