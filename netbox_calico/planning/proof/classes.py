"""Which speakers are alike: the true symmetries of a world, so that one stands for thousands.

Not colour refinement, which takes two separate fabrics for one. Alike are nodes of a rack with equal attributes and
the same peers, and racks whose complete descriptions are equal: their hubs (routers, and nodes that reflect to the
rack) in an order, with all that is outside the rack named as what it is, and how many nodes of which kind they have.
Swapping such racks changes nothing but names. Where the order of hubs is unclear racks may be told apart that are
alike: that costs time, not truth. What is alike in all states of a transition at once is alike in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

from .describing import Describing
from .leaves import labels, leaves_of, may_change_places
from .witnesses import Leaf, Witnesses, witnesses
from .world import Software, World

KEPT = 3
"""How many of what is alike are told apart: an origin, the one that a tie picks, and another."""


@dataclass(frozen=True, slots=True)
class Classes:
    """``of`` is the class of every speaker; ``racks`` the racks by class, ``concrete`` who is always looked at.

    ``leaves`` are those whose class says less than their place: the pairs of them that must be looked at are in
    ``witnesses``.
    """

    of: tuple[int, ...]
    racks: tuple[tuple[str, ...], ...]
    concrete: frozenset[int]
    leaves: frozenset[int] = frozenset()
    witnesses: Witnesses = field(default_factory=Witnesses)


def classify(worlds: Sequence[World]) -> Classes:
    """The classes of the speakers of one world, or of several states of it at once."""
    describing = Describing(worlds)
    reflectors = describing.reflectors()
    leaves = leaves_of(worlds, describing, frozenset(reflectors))
    classes = _Classifier(describing, frozenset(reflectors), leaves, named=not leaves).classes()
    if leaves and not may_change_places(worlds, describing, reflectors, leaves, dict(enumerate(classes.of))):
        classes = _Classifier(describing, frozenset(reflectors), leaves, named=True).classes()
    return _with_leaves(classes, describing, reflectors) if leaves else classes


class _Classifier:
    """``named`` reflectors are told apart, each by what it is; others are known by their attributes alone."""

    def __init__(
        self, describing: Describing, reflectors: frozenset[int], leaves: frozenset[int], *, named: bool
    ) -> None:
        self._describing = describing
        self._speakers = describing.speakers
        self._leaves = leaves
        self._reflectors = reflectors
        self._named = named

    def classes(self) -> Classes:
        number = self._describing.number
        members: dict[str, list[int]] = {}
        for index, speaker in enumerate(self._speakers):
            if speaker.rack:
                members.setdefault(speaker.rack, []).append(index)
        racks: dict[int, list[str]] = {}
        of = [number(('concrete', index)) for index in range(len(self._speakers))]
        for rack, inside in members.items():
            description, kinds = self._rack(rack, inside)
            its = number(('rack', description))
            racks.setdefault(its, []).append(rack)
            for index, kind in kinds.items():
                of[index] = number((its, kind))
        concrete = self._reflectors | {index for index, speaker in enumerate(self._speakers) if not speaker.rack}
        return Classes(tuple(of), tuple(tuple(some) for some in racks.values()), concrete, self._leaves)

    def _rack(self, rack: str, inside: list[int]) -> tuple[Hashable, dict[int, Hashable]]:
        """The description of a rack, in which leaves play no part, and within it that of each of its speakers."""
        describing = self._describing
        tokens = describing.scopes.tokens(rack)
        hubs = [index for index in inside if self._is_hub(index)]
        order = {index: describing.number(('hub', describing.beyond(index))) for index in hubs}
        hubs.sort(key=lambda index: (order[index], self._speakers[index].router_id))
        place = {index: position for position, index in enumerate(hubs)}

        def describe(index: int, *, is_hub: bool = False) -> int:
            """Attributes and sessions. What a hub has with nodes of its rack, or anybody with leaves, stands there."""

            def is_said_here(other: int) -> bool:
                if other in self._leaves or (index in self._leaves or (not self._named and index in self._reflectors)):
                    return False
                return not is_hub or other in place or self._speakers[other].rack != rack

            own = index if self._named and index in self._reflectors else None
            sessions = describing.sessions(index, tokens, place, is_said_here)
            blocks = describing.blocks(index) if index in self._leaves or index in self._reflectors else None
            attributes = describing.attributes(index, tokens, place)
            return describing.number(('speaker', own, blocks, attributes, sessions))

        described = tuple(describe(index, is_hub=True) for index in hubs)
        kinds: dict[int, Hashable] = {index: ('hub', position) for index, position in place.items()}
        kinds.update({index: describe(index) for index in inside if index not in place})
        counts = Counter(kind for index, kind in kinds.items() if index not in place and index not in self._leaves)
        return (described, frozenset((kind, min(count, KEPT)) for kind, count in counts.items())), kinds

    def _is_hub(self, index: int) -> bool:
        if self._speakers[index].software is Software.FRR:
            return True
        return index not in self._reflectors and self._describing.serves_its_rack(index)


def _with_leaves(classes: Classes, describing: Describing, reflectors: Sequence[int]) -> Classes:
    """The same with leaves told apart by what the kinds of reflectors are to them, and the pairs to look at."""
    of = list(classes.of)
    leaves = []
    by_rack: dict[str, list[int]] = {}
    for reflector in reflectors:
        by_rack.setdefault(describing.speakers[reflector].rack, []).append(reflector)
    for index in sorted(classes.leaves):
        known = labels(describing, index, by_rack)
        kinds = Counter((of[reflector], label) for reflector, label in known.items())
        of[index] = describing.number(('leaf', of[index], frozenset(kinds.items())))
        leaves.append(Leaf(index, describing.speakers[index].rack, of[index], _masks(known, reflectors)))
    kinds_of = [of[reflector] for reflector in reflectors]
    return Classes(tuple(of), classes.racks, classes.concrete, classes.leaves, witnesses(leaves, reflectors, kinds_of))


def _masks(known: dict[int, int], reflectors: Sequence[int]) -> tuple[int, ...]:
    """By label, which reflectors bear it, as bits."""
    masks: dict[int, int] = {}
    for bit, reflector in enumerate(reflectors):
        if reflector in known:
            masks[known[reflector]] = masks.get(known[reflector], 0) | 1 << bit
    return tuple(mask for _, mask in sorted(masks.items()))
