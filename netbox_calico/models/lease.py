"""Who may touch a cluster or a router now.

Routers are shared by clusters: without a lease one run's way back would restore what lacks the other's part.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from .base import Fact


class CalicoLease(Fact):
    """``resource`` is ``cluster:<id>`` or ``router:<id>``; ``token`` grows with each change of hands (fencing)."""

    resource = models.CharField(primary_key=True, max_length=80)
    holder = models.CharField(max_length=100)
    token = models.PositiveBigIntegerField(default=1)
    until = models.DateTimeField()

    class Meta:
        ordering = ('resource',)
        verbose_name = _('lease')
        verbose_name_plural = _('leases')

    def __str__(self):
        return f'{self.resource} ({self.holder})'
