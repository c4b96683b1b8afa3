"""Items in the making: what follows from a thing's owned part before and after, and the item that takes one back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import readable
from .digest import owned_digest
from .model.plan import Item, Operation

_REVERSE = {Operation.CREATE: Operation.DELETE, Operation.DELETE: Operation.CREATE, Operation.UPDATE: Operation.UPDATE}


def changing(
    target: str, label: str, operation: Operation, artefact: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Item:
    """The item that leads from one owned part to another; an empty part means that there is nothing of ours."""
    return Item(
        target=target,
        label=label,
        operation=operation,
        artefact=artefact,
        diff=readable.unified(readable.text(before), readable.text(after)),
        changes=readable.changes(before, after),
        before=owned_digest(before),
        after=owned_digest(after),
    )


def reverse(item: Item, artefact: str) -> Item:
    """The item that takes another back by this artefact; its diff is the other's, read backwards, and left out."""
    return Item(item.target, item.label, _REVERSE[item.operation], artefact, before=item.after, after=item.before)
