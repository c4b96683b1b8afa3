"""How many ways a block finds through reflectors that pass every path on to each other."""

from __future__ import annotations


def paths_between(reflectors: int) -> int:
    """The paths of a block that one reflector brings in, at each of the others, all with cluster IDs of their own.

    Every ordered choice of the reflectors between the two is a path of its own: the sum of m!/i! for i from 0 to
    m = reflectors - 2, which is floor(e x m!) from m = 1 on. A path is refused only by those whose ID it bears.
    """
    paths = 1
    for between in range(1, reflectors - 1):
        paths = 1 + between * paths
    return paths
