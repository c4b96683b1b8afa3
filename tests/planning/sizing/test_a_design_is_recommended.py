"""The recommendation follows what the data centre has, and is never one that is refused."""

from __future__ import annotations

import pytest
from hypothesis import given

from netbox_calico.planning.model.options import Scheme
from netbox_calico.planning.sizing import Scale, recommend, side_by_side

from .scales import scales


@pytest.mark.parametrize(
    ('nodes', 'racks', 'tors', 'key', 'scheme'),
    [
        (10, 1, 2, 'tor-full-tables', Scheme.PER_ROUTER),
        (2000, 100, 2, 'tor-full-tables', Scheme.PER_ROUTER),
        (2001, 100, 2, 'tor-full-tables', Scheme.SHARED_ADDRESS),
        (100, 5, 0, 'mesh', None),
        (101, 5, 0, 'reflectors', None),
        (2000, 100, 0, 'reflectors', None),
        (2001, 100, 0, 'reflectors-hierarchy', None),
        (2001, 2001, 0, 'reflectors', None),
    ],
)
def test_the_design_for(nodes: int, racks: int, tors: int, key: str, scheme: Scheme | None) -> None:
    found = recommend(Scale.of(nodes, racks, tors))
    assert (found.design.key, found.design.scheme) == (key, scheme)


def test_the_reason_names_what_was_measured() -> None:
    assert recommend(Scale.of(5000, 250, 2, (4, 6))).reason.endswith(
        'Shared addresses keep the BGPPeers at 4 for any number of racks: one label change cost every node 0.12 s of '
        'CPU with 4 BGPPeers and 6.2 s with 1000, measured at 5000 nodes.'
    )


@given(scales())
def test_what_is_recommended_is_one_of_the_designs_shown_and_can_be_built(scale: Scale) -> None:
    found = recommend(scale)
    assert found.design in side_by_side(scale)
    assert found.design.speakers
    assert not found.design.refused
