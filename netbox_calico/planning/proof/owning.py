"""Owners of blocks among those that are alike but for their blocks.

What a speaker does with the routes of others does not depend on what it owns: whoever owns nothing is alike to those
that do, and packets to a block of one owner fare as those to a block of any other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence


def two_owners[Name](owners: Sequence[Name], first: Collection[Name], *preferred: Collection[Name]) -> set[Name]:
    """Two of them, and where there are such one that is among ``first`` of its kind in its rack and one that is not.

    Those that stand in the earliest of the ``preferred`` come before all others.
    """
    return {*_some(owners, preferred, first, among=True), *_some(owners[::-1], preferred, first, among=False)}


def _some[Name](
    owners: Sequence[Name], preferred: Sequence[Collection[Name]], first: Collection[Name], *, among: bool
) -> Iterator[Name]:
    wanted = [owner for owner in owners if (owner in first) is among] or owners
    for some in (*preferred, owners):
        found = next((owner for owner in wanted if owner in some), None)
        if found is not None:
            yield found
            return
