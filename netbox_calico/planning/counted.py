"""Numbers in sentences that people read: one node, two nodes."""

from __future__ import annotations


def counted(number: int, one: str, many: str = '') -> str:
    """The number and its word; ``many`` only where an s does not make the plural."""
    return f'{number} {one if number == 1 else many or f"{one}s"}'
