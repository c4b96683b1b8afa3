"""One execution of a plan: how far it is, what it waits for, what became of each item."""

from __future__ import annotations

from django.conf import settings
from django.db import models, router, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from netbox_calico.choices import (
    PhaseChoices,
    PlanKindChoices,
    ResultChoices,
    RunStatusChoices,
    StepStatusChoices,
    WishChoices,
)

from .base import Fact, Process, name_of


class CalicoRun(Process):
    plan = models.ForeignKey(
        verbose_name=_('plan'), to='netbox_calico.CalicoPlan', on_delete=models.PROTECT, related_name='runs'
    )
    cluster = models.ForeignKey(
        verbose_name=_('cluster'), to='netbox_calico.CalicoCluster', on_delete=models.PROTECT, related_name='runs'
    )
    kind = models.CharField(verbose_name=_('kind'), max_length=20, choices=PlanKindChoices)
    status = models.CharField(
        verbose_name=_('status'), max_length=20, choices=RunStatusChoices, default=RunStatusChoices.PENDING
    )
    # Written by people with one UPDATE, read by the job before each step.
    wanted = models.CharField(verbose_name=_('wanted'), max_length=10, choices=WishChoices, default=WishChoices.RUN)
    # Grows with each start, so that a job that was thought dead cannot go on beside its successor.
    attempt = models.PositiveIntegerField(verbose_name=_('attempt'), default=0)
    heartbeat = models.DateTimeField(verbose_name=_('heartbeat'), blank=True, null=True)
    started_by = models.ForeignKey(
        verbose_name=_('started by'),
        to=settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name='+',
        blank=True,
        null=True,
    )
    started_by_name = models.CharField(max_length=150, blank=True)
    requested = models.DateTimeField(verbose_name=_('requested'), auto_now_add=True)
    started = models.DateTimeField(verbose_name=_('started'), blank=True, null=True)
    ended = models.DateTimeField(verbose_name=_('ended'), blank=True, null=True)
    step = models.PositiveSmallIntegerField(verbose_name=_('step'), default=0)
    job = models.ForeignKey(
        verbose_name=_('job'), to='core.Job', on_delete=models.SET_NULL, related_name='+', blank=True, null=True
    )
    error = models.TextField(verbose_name=_('error'), blank=True)

    class Meta:
        ordering = ('-pk',)
        verbose_name = _('Calico run')
        verbose_name_plural = _('Calico runs')
        constraints = (
            models.UniqueConstraint(
                fields=('cluster',),
                name='%(app_label)s_%(class)s_one_active',
                condition=Q(status__in=RunStatusChoices.ACTIVE),
                violation_error_message=_('A run of this cluster is active already.'),
            ),
        )
        indexes = (models.Index(fields=('cluster', '-id')),)
        permissions = [
            ('control', _('Pause, resume, cancel or roll back')),
        ]

    def __str__(self):
        return _('Run {run} of {plan}').format(run=self.pk, plan=name_of(self, 'plan'))

    def delete(self, using=None, *args, **kwargs):
        using = using or router.db_for_write(type(self), instance=self)
        with transaction.atomic(using=using):
            for children in (self.steps, self.outcomes):
                children.using(using)._raw_delete(using)
            return super().delete(using, *args, **kwargs)

    def get_kind_color(self):
        return PlanKindChoices.colors.get(self.kind)

    def get_status_color(self):
        return RunStatusChoices.colors.get(self.status)

    def get_wanted_color(self):
        return WishChoices.colors.get(self.wanted)

    @property
    def is_active(self):
        return self.status in RunStatusChoices.ACTIVE

    @property
    def can_go_on(self):
        """Whether it stopped short and may be resumed or rolled back.

        Not when it failed before its first step, nor when a newer run has changed what this one left.
        """
        if self.status != RunStatusChoices.FAILED:
            return self.status == RunStatusChoices.INTERRUPTED
        newer = CalicoRunStep.objects.filter(run__cluster=self.cluster_id, run__pk__gt=self.pk)
        return self.steps.exists() and not newer.exists()


class CalicoRunStep(Fact):
    """``waiting`` is what the gate still waits for: a count and the first names."""

    run = models.ForeignKey(to=CalicoRun, on_delete=models.DO_NOTHING, related_name='steps')
    step = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=StepStatusChoices)
    started = models.DateTimeField(blank=True, null=True)
    ended = models.DateTimeField(blank=True, null=True)
    waiting = models.JSONField(default=dict, blank=True)
    message = models.TextField(blank=True)

    class Meta:
        ordering = ('run', 'step')
        verbose_name = _('run step')
        verbose_name_plural = _('run steps')
        constraints = (models.UniqueConstraint(fields=('run', 'step'), name='%(app_label)s_%(class)s_unique_run_step'),)

    def __str__(self):
        return str(self.step)

    def get_status_color(self):
        return StepStatusChoices.colors.get(self.status)


class CalicoOutcome(Fact):
    """Completes the sentence «the item was …» for one item and phase; the last attempt's word stands."""

    run = models.ForeignKey(to=CalicoRun, on_delete=models.DO_NOTHING, related_name='outcomes')
    item = models.ForeignKey(to='netbox_calico.CalicoPlanItem', on_delete=models.PROTECT, related_name='+')
    phase = models.CharField(max_length=10, choices=PhaseChoices)
    result = models.CharField(max_length=10, choices=ResultChoices)
    at = models.DateTimeField()
    message = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ('run', 'pk')
        verbose_name = _('outcome')
        verbose_name_plural = _('outcomes')
        constraints = (
            models.UniqueConstraint(
                fields=('run', 'item', 'phase'), name='%(app_label)s_%(class)s_unique_run_item_phase'
            ),
        )
        indexes = (models.Index(fields=('run', 'result')),)

    def __str__(self):
        return f'{self.item}: {self.get_result_display()}'

    def get_result_color(self):
        return ResultChoices.colors.get(self.result)
