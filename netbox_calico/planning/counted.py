"""Numbers and lists in sentences that people read: one node, two nodes; the first few, and how many more."""

from __future__ import annotations

from collections.abc import Iterable


def counted(number: int, one: str, many: str = '') -> str:
    """The number and its word; ``many`` only where an s does not make the plural."""
    return f'{number} {one if number == 1 else many or f"{one}s"}'


def listed(things: Iterable[object], shown: int = 10, between: str = ', ') -> str:
    """The first few, in the order given, and how many more there are."""
    texts = [str(thing) for thing in things]
    more = len(texts) - shown
    return between.join(texts[:shown]) + (f' and {more} more' if more > 0 else '')
