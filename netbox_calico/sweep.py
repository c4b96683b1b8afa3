"""Removes texts that nothing points at any more: of plans that are gone, of what was found and deployed before."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, ForeignKey, OuterRef
from django.utils import timezone

from .models import CalicoBlob

KEPT = timedelta(days=1)
"""What was stored later stays: somebody may be about to point at it."""


def sweep_blobs() -> int:
    """Remove them in one statement; answers with how many.

    Whoever stores a text again locks its row and renews its time, so that it is either removed before, and stored anew,
    or not at all.
    """
    unwanted = CalicoBlob.objects.filter(stored__lt=timezone.now() - KEPT)
    for field in _references():
        unwanted = unwanted.exclude(Exists(field.model._base_manager.filter(**{field.name: OuterRef('pk')})))
    return unwanted.order_by()._raw_delete(unwanted.db)


def _references() -> list[ForeignKey]:
    """Every field of every model that points at a blob, so that none that is added later is forgotten."""
    relations = CalicoBlob._meta.get_fields(include_hidden=True)
    return [relation.field for relation in relations if relation.one_to_many]
