"""What the designs really plan has as many BGPPeers, and as many reflectors, as sizing says."""

from __future__ import annotations

import pytest

from netbox_calico.planning.designs import REGISTRY
from netbox_calico.planning.model.options import Options, Scheme
from netbox_calico.planning.sizing import Role, Scale, side_by_side
from tests.planning.world import observation, snapshot, with_external


@pytest.mark.parametrize('racks', [1, 3])
@pytest.mark.parametrize('families', [(4,), (4, 6)])
@pytest.mark.parametrize('key', sorted(REGISTRY))
def test_bgp_peers_and_reflectors(key: str, families: tuple[int, ...], racks: int) -> None:
    options = Options(reflectors_min=4, redundancy=3, spine_reflectors=2)
    wished = with_external(snapshot(racks, 9, 2, families, key, options=options))
    planned = REGISTRY[key].derive(wished, observation(wished))
    scale = Scale.of(9 * racks, racks, 2, families, reflectors=4, redundancy=3, spines=2)
    [sized] = [
        design
        for design in side_by_side(scale)
        if design.key == key and design.scheme in (None, wished.cluster.options.scheme)
    ]
    assert wished.cluster.options.scheme is Scheme.PER_ROUTER
    assert sum(resource.kind == 'BGPPeer' for resource in planned.resources) == sized.bgp_peers
    reflectors = [sized.of(role) for role in (Role.REFLECTOR, Role.SPINE)]
    chosen = planned.reflection.cluster_ids if planned.reflection else ()
    assert len(chosen) == sum(speakers.count for speakers in reflectors if speakers)
