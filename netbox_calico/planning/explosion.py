"""How many ways a prefix finds through speakers that pass every path on to each other."""

from __future__ import annotations


def paths_between(speakers: int) -> int:
    """The paths to a prefix that one of so many brings in, at each of the others, where a path meets none twice.

    Every ordered choice of the speakers between the two is a path of its own: the sum of m!/i! for i from 0 to
    m = speakers - 2, which is floor(e x m!) from m = 1 on.
    """
    paths = 1
    for between in range(1, speakers - 1):
        paths = 1 + between * paths
    return paths
