"""One AS for all nodes: one remedy against the loop, on the routers or on the nodes, never none and never both."""

from __future__ import annotations

import pytest

from netbox_calico.planning.designs import find
from netbox_calico.planning.model.options import LoopRemedy, Options
from tests.planning.world import observation, snapshot


@pytest.mark.parametrize(
    ('remedy', 'overridden', 'allowed'), [(LoopRemedy.AS_OVERRIDE, True, None), (LoopRemedy.ALLOW_OWN_AS, False, 1)]
)
def test_the_remedy_is_at_one_end(remedy: LoopRemedy, overridden: bool, allowed: int | None) -> None:
    wish = snapshot(2, 2, 2, (4, 6), options=Options(loop_remedy=remedy))
    found = find('tor-full-tables').derive(wish, observation(wish))
    assert {group.as_override for section in found.sections for group in section.groups} == {overridden}
    peers = [wanted.spec for wanted in found.resources if wanted.kind == 'BGPPeer']
    assert {spec.get('numAllowedLocalASNumbers') for spec in peers} == {allowed}
