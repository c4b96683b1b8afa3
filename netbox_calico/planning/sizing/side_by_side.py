"""All designs and both BGPPeer schemes at one scale, in the order in which they are shown."""

from __future__ import annotations

from netbox_calico.planning.model.options import Scheme

from .beyond_the_cluster import external, with_tors
from .hierarchy import hierarchy
from .mesh import mesh
from .reflectors import multi, quorum, single
from .scale import Scale
from .sized import Sized
from .top_of_rack import LAYOUTS, top_of_rack


def side_by_side(scale: Scale) -> tuple[Sized, ...]:
    """Every design at that scale; one that cannot be made of it is among them, and says why."""
    return (
        mesh(scale),
        *(top_of_rack(scale, layout, scheme) for layout in LAYOUTS for scheme in Scheme),
        single(scale),
        multi(scale),
        quorum(scale),
        hierarchy(scale),
        external(scale),
        with_tors(scale),
    )
