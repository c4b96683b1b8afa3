"""A section's paths by what they are, each part in canonical order: they are put in order once, whatever is asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from types import MappingProxyType

from .lines import is_list, map_entry, order, place
from .tree import Path, write

type Place = tuple[object, ...]


def placed(paths: Iterable[Path], others: Mapping[Path, Place] = MappingProxyType({})) -> Mapping[Path, Place]:
    """Paths, with others whose places are known, as they stand in canonical text, and the place of each."""
    places = {**others, **{path: place(path) for path in paths if path not in others}}
    return dict(sorted(places.items(), key=itemgetter(1, 0)))


def in_order(paths: Iterable[Path]) -> list[Path]:
    """Paths as they stand in canonical text."""
    return sorted(paths, key=order)


@dataclass(frozen=True, slots=True)
class Written:
    """Canonical text, and the paths that it says, so that nobody has to read it again; two of one text are one."""

    text: str
    paths: Mapping[Path, Place] = field(compare=False, repr=False)

    @classmethod
    def of(cls, paths: Iterable[Path]) -> Written:
        """The text of paths in whatever order."""
        ordered = placed(paths)
        return cls(write(ordered), ordered)


NOTHING = Written('', {})


@dataclass(frozen=True, slots=True)
class Parts:
    """``maps`` are the paths of each entry of a route-map by the line that opens it, ``instances`` those of each BGP
    instance by its line, both without what is of another kind.
    """

    paths: frozenset[Path]
    lists: Sequence[Path]
    maps: Mapping[str, Sequence[Path]]
    instances: Mapping[str, Sequence[Path]]

    @classmethod
    def of(cls, ordered: Iterable[Path]) -> Parts:
        """From paths that are in order already."""
        lists: list[Path] = []
        maps: dict[str, list[Path]] = defaultdict(list)
        instances: dict[str, list[Path]] = defaultdict(list)
        ordered = tuple(ordered)
        for path in ordered:
            if path[0].startswith('router bgp'):
                instances[path[0]].append(path)
            elif is_list(path):
                lists.append(path)
            elif map_entry(path):
                maps[path[0]].append(path)
        return cls(frozenset(ordered), lists, maps, instances)

    @property
    def openings(self) -> Sequence[Path]:
        """The paths that open an entry of a route-map."""
        return [path for entry in self.maps.values() for path in entry if len(path) == 1]

    def bodies(self, opening: Path) -> Sequence[Path]:
        """What stands in the entry that this path opens."""
        return [path for path in self.maps.get(opening[0], ()) if len(path) > 1]
