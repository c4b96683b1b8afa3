"""A plan, its items and its approvals. Written once, then only read: an approval is worth what the digest is worth."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models, router, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from netbox_calico.choices import (
    DecisionChoices,
    DesignChoices,
    OperationChoices,
    PlanKindChoices,
    PlanStatusChoices,
)

from .base import Fact, Process, name_of


class CalicoPlan(Process):
    cluster = models.ForeignKey(
        verbose_name=_('cluster'), to='netbox_calico.CalicoCluster', on_delete=models.PROTECT, related_name='plans'
    )
    kind = models.CharField(verbose_name=_('kind'), max_length=20, choices=PlanKindChoices)
    status = models.CharField(verbose_name=_('status'), max_length=20, choices=PlanStatusChoices)
    design = models.CharField(verbose_name=_('design'), max_length=30, choices=DesignChoices)
    digest = models.CharField(verbose_name=_('digest'), max_length=64)
    snapshot_digest = models.CharField(verbose_name=_('snapshot digest'), max_length=64)
    observation_digest = models.CharField(verbose_name=_('observation digest'), max_length=64)
    created = models.DateTimeField(verbose_name=_('created'), auto_now_add=True)
    created_by = models.ForeignKey(
        verbose_name=_('created by'),
        to=settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name='+',
        blank=True,
        null=True,
    )
    created_by_name = models.CharField(max_length=150, blank=True)
    authors = ArrayField(
        verbose_name=_('authors'),
        base_field=models.CharField(max_length=150),
        default=list,
        blank=True,
        help_text=_('Who changed the intent that the plan carries'),
    )
    # Counts, for lists and badges: targets, operations, findings by severity.
    summary = models.JSONField(default=dict, blank=True)
    # Steps with item ranges and gates; never lists of blocks or texts.
    steps = models.JSONField(default=list, blank=True)
    findings = models.ForeignKey(
        to='netbox_calico.CalicoBlob', on_delete=models.PROTECT, related_name='+', blank=True, null=True
    )
    # The sessions and racks that the gates look at.
    expected = models.ForeignKey(
        to='netbox_calico.CalicoBlob', on_delete=models.PROTECT, related_name='+', blank=True, null=True
    )

    class Meta:
        ordering = ('-pk',)
        verbose_name = _('Calico plan')
        verbose_name_plural = _('Calico plans')
        constraints = (
            models.UniqueConstraint(
                fields=('cluster',),
                name='%(app_label)s_%(class)s_one_open',
                condition=Q(status__in=PlanStatusChoices.OPEN),
                violation_error_message=_('The cluster has an open plan already.'),
            ),
        )
        indexes = (
            models.Index(fields=('cluster', '-id')),
            models.Index(fields=('status',)),
        )
        permissions = [
            ('approve', _('Approve or reject')),
            ('deploy', _('Deploy')),
        ]

    def __str__(self):
        return f'{name_of(self, "cluster")} #{self.pk}'

    def delete(self, using=None, *args, **kwargs):
        # Items and approvals are removed in one statement each: NetBox's receivers would make a cascade load every row.
        using = using or router.db_for_write(type(self), instance=self)
        with transaction.atomic(using=using):
            for children in (self.items, self.approvals):
                children.using(using)._raw_delete(using)
            return super().delete(using, *args, **kwargs)

    def get_kind_color(self):
        return PlanKindChoices.colors.get(self.kind)

    def get_design_color(self):
        return DesignChoices.colors.get(self.design)

    def get_status_color(self):
        return PlanStatusChoices.colors.get(self.status)

    @property
    def is_open(self):
        return self.status in PlanStatusChoices.OPEN


class CalicoPlanItem(Fact):
    """One change to one thing; ``undo`` marks the items that take a step back."""

    plan = models.ForeignKey(to=CalicoPlan, on_delete=models.DO_NOTHING, related_name='items')
    seq = models.PositiveIntegerField()
    step = models.PositiveSmallIntegerField()
    wave = models.PositiveSmallIntegerField()
    undo = models.BooleanField(default=False)
    # As text, so that it survives its router.
    target = models.CharField(max_length=300)
    label = models.CharField(max_length=300)
    router = models.ForeignKey(
        to='netbox_calico.CalicoRouter', on_delete=models.SET_NULL, related_name='+', blank=True, null=True
    )
    operation = models.CharField(max_length=10, choices=OperationChoices)
    changes = models.JSONField(default=list)
    before = models.CharField(max_length=64, blank=True)
    after = models.CharField(max_length=64, blank=True)
    artefact = models.ForeignKey(to='netbox_calico.CalicoBlob', on_delete=models.PROTECT, related_name='+')
    diff = models.ForeignKey(to='netbox_calico.CalicoBlob', on_delete=models.PROTECT, related_name='+')

    class Meta:
        ordering = ('plan', 'seq')
        verbose_name = _('plan item')
        verbose_name_plural = _('plan items')
        constraints = (models.UniqueConstraint(fields=('plan', 'seq'), name='%(app_label)s_%(class)s_unique_plan_seq'),)
        indexes = (
            models.Index(fields=('plan', 'step')),
            models.Index(fields=('plan', 'diff')),
        )

    def __str__(self):
        return self.label

    def get_operation_color(self):
        return OperationChoices.colors.get(self.operation)


class CalicoApproval(Fact):
    """Append only. Counts only while ``digest`` is the plan's."""

    plan = models.ForeignKey(to=CalicoPlan, on_delete=models.DO_NOTHING, related_name='approvals')
    user = models.ForeignKey(
        to=settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name='+', blank=True, null=True
    )
    user_name = models.CharField(max_length=150)
    decision = models.CharField(max_length=10, choices=DecisionChoices)
    digest = models.CharField(max_length=64)
    comment = models.CharField(max_length=500, blank=True)
    request_id = models.UUIDField(blank=True, null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ('plan', 'at')
        verbose_name = _('approval')
        verbose_name_plural = _('approvals')
        constraints = (
            models.UniqueConstraint(
                fields=('plan', 'user'),
                name='%(app_label)s_%(class)s_unique_plan_user',
                violation_error_message=_('You have decided on this plan already.'),
            ),
        )

    def __str__(self):
        return f'{self.user_name}: {self.get_decision_display()}'

    def get_decision_color(self):
        return DecisionChoices.colors.get(self.decision)
