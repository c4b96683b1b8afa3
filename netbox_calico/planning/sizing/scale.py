"""What sizing starts from: how large the cluster is and what its designs may use. A wrong number is told here."""

from __future__ import annotations

from dataclasses import dataclass

from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.model.options import Options

FAMILIES = (4, 6)
DATASTORES = ('kubernetes', 'etcd')

LIMIT = 1_000_000
LIMITS = {'reflectors': 1000, 'redundancy': 100}

OPTIONS = Options()


def reflectors_for(nodes: int, options: Options = OPTIONS) -> int:
    """How many reflectors a cluster gets when nobody says a number, never more than it has nodes."""
    wanted = -(-nodes // options.nodes_per_reflector)
    return min(max(wanted, options.reflectors_min), options.reflectors_max, nodes)


@dataclass(frozen=True, slots=True)
class Scale:
    """``tors`` is a rack's, none means that no router peers with nodes. ``blocks`` is a node's in each family.

    ``redundancy`` is k: every client peers with so many of the ``reflectors`` of the cluster, and in a hierarchy so
    many stand in each rack, below ``spines`` reflectors. ``external`` reflectors stand outside of the cluster.
    Raises InvalidInput, with the value and the mend.
    """

    nodes: int
    racks: int
    tors: int
    families: tuple[int, ...]
    reflectors: int
    redundancy: int
    spines: int
    external: int
    blocks: int = 1
    datastore: str = 'kubernetes'

    @classmethod
    def of(
        cls,
        nodes: int,
        racks: int = 1,
        tors: int = 2,
        families: tuple[int, ...] = (4,),
        reflectors: int | None = None,
        redundancy: int | None = None,
        spines: int = OPTIONS.spine_reflectors,
        external: int = 2,
        blocks: int = 1,
        datastore: str = 'kubernetes',
    ) -> Scale:
        """A scale of which the reflectors, and how many of them a client has, may be left to the planner's rule."""
        _whole('nodes', nodes, 1)
        chosen = reflectors_for(nodes) if reflectors is None else reflectors
        _whole('reflectors', chosen, 1)
        k = min(OPTIONS.redundancy, chosen) if redundancy is None else redundancy
        return cls(nodes, racks, tors, families, chosen, k, spines, external, blocks, datastore)

    def __post_init__(self) -> None:
        for name in ('nodes', 'racks', 'reflectors', 'redundancy', 'spines', 'external', 'blocks'):
            _whole(name, getattr(self, name), 1)
        _whole('tors', self.tors, 0)
        if self.racks > self.nodes:
            raise InvalidInput(f'racks is {self.racks}, with {self.nodes} nodes: count only racks that have nodes.')
        if self.reflectors > self.nodes:
            raise InvalidInput(
                f'reflectors is {self.reflectors}: take at most as many as there are nodes, {self.nodes}.'
            )
        if self.redundancy > self.reflectors:
            raise InvalidInput(
                f'redundancy is {self.redundancy}, with {self.reflectors} reflectors: a client can peer with '
                f'{self.reflectors} at most.'
            )
        if not self.families or len(set(self.families)) < len(self.families) or set(self.families) - set(FAMILIES):
            raise InvalidInput(f'families is {self.families!r}: take 4, 6 or both, each once.')
        if self.datastore not in DATASTORES:
            raise InvalidInput(f'datastore is {self.datastore!r}: take {" or ".join(DATASTORES)}.')


def _whole(name: str, value: object, least: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise InvalidInput(f'{name} is {value!r}: take a whole number, {least} or more.')
    most = LIMITS.get(name, LIMIT)
    if value > most:
        raise InvalidInput(f'{name} is more than any cluster has: take {most:,} at most.')
