"""The designs that can be planned. A new one is a module beside these and a line in ``REGISTRY``."""

from __future__ import annotations

from collections.abc import Mapping

from netbox_calico.planning.errors import InvalidInput

from .design import Design
from .mesh import MESH
from .reflectors import REFLECTORS
from .reflectors_external import REFLECTORS_EXTERNAL
from .reflectors_hierarchy import REFLECTORS_HIERARCHY
from .reflectors_multi import REFLECTORS_MULTI
from .reflectors_quorum import REFLECTORS_QUORUM
from .reflectors_tor import REFLECTORS_TOR
from .tor_as_per_node import TOR_AS_PER_NODE
from .tor_as_per_rack import TOR_AS_PER_RACK
from .tor_default import TOR_DEFAULT
from .tor_full_tables import TOR_FULL_TABLES

REGISTRY: Mapping[str, Design] = {
    design.key: design
    for design in (
        MESH,
        TOR_FULL_TABLES,
        TOR_AS_PER_RACK,
        TOR_AS_PER_NODE,
        TOR_DEFAULT,
        REFLECTORS,
        REFLECTORS_MULTI,
        REFLECTORS_QUORUM,
        REFLECTORS_HIERARCHY,
        REFLECTORS_EXTERNAL,
        REFLECTORS_TOR,
    )
}


def find(key: str) -> Design:
    """The design of that key. Raises InvalidInput with the keys that there are."""
    if key not in REGISTRY:
        raise InvalidInput(f'There is no design {key!r}: choose one of {", ".join(sorted(REGISTRY))} on the cluster.')
    return REGISTRY[key]


__all__ = ['REGISTRY', 'Design', 'find']
