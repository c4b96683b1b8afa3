"""Texts that plans point at, stored once each: the same artefact on 250 routers is one row."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from netbox_calico.choices import BlobKindChoices

from .base import Fact


class CalicoBlob(Fact):
    digest = models.CharField(primary_key=True, max_length=64)
    kind = models.CharField(max_length=10, choices=BlobKindChoices)
    size = models.PositiveIntegerField()
    # When somebody last stored this text, anew or again: what nothing points at any more is removed some time after.
    stored = models.DateTimeField(auto_now_add=True)
    body = models.TextField()

    class Meta:
        ordering = ('digest',)
        verbose_name = _('blob')
        verbose_name_plural = _('blobs')

    def __str__(self):
        return self.digest[:12]
