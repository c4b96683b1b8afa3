"""What was sent to a target last: the middle leg of the comparison of intent, last deployed and observed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from .base import Fact


class CalicoDeployed(Fact):
    cluster = models.ForeignKey(to='netbox_calico.CalicoCluster', on_delete=models.PROTECT, related_name='deployed')
    target = models.CharField(max_length=300)
    artefact = models.ForeignKey(to='netbox_calico.CalicoBlob', on_delete=models.PROTECT, related_name='+')
    # Digest of the target's owned part once the artefact was applied.
    after = models.CharField(max_length=64, blank=True)
    run = models.ForeignKey(
        to='netbox_calico.CalicoRun', on_delete=models.SET_NULL, related_name='+', blank=True, null=True
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ('cluster_id', 'target')
        verbose_name = _('deployed artefact')
        verbose_name_plural = _('deployed artefacts')
        constraints = (
            models.UniqueConstraint(fields=('cluster', 'target'), name='%(app_label)s_%(class)s_unique_cluster_target'),
        )

    def __str__(self):
        return self.target
