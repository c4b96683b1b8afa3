"""Sizing only calculates. Small clusters are built here, their sessions counted, and the figures are equal."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings

from netbox_calico.planning.sizing import Scale, side_by_side

from .built import build
from .scales import scales, small_scales

DESIGNS = [(design.key, design.scheme) for design in side_by_side(Scale.of(40))]


@pytest.mark.parametrize(('key', 'scheme'), DESIGNS)
@given(scale=small_scales())
@settings(max_examples=40)
def test_sessions_and_bgp_peers(key: str, scheme: object, scale: Scale) -> None:
    [sized] = [design for design in side_by_side(scale) if (design.key, design.scheme) == (key, scheme)]
    if not sized.speakers:
        return
    built = build(scale, sized.key, sized.scheme)
    counted = built.sessions()
    assert {speakers.role: Counter(dict(speakers.sessions.parts)) for speakers in sized.speakers} == counted
    assert sized.bgp_peers == len(built.peers)
    ends = sum(sessions * count for speakers in counted.values() for sessions, count in speakers.items())
    assert ends == 2 * sized.sessions


@given(scales())
def test_a_session_has_two_ends_and_a_client_its_reflectors(scale: Scale) -> None:
    for design in side_by_side(scale):
        assert sum(speakers.sessions.total for speakers in design.speakers) == 2 * design.sessions
        assert design.evaluations == design.bgp_peers * scale.nodes
        for speakers in design.speakers:
            assert speakers.sessions.least >= 0
            if speakers.clients:
                assert speakers.clients.count == speakers.count


@given(scales())
def test_every_node_is_in_one_role(scale: Scale) -> None:
    for design in side_by_side(scale):
        if design.speakers:
            inside = (speakers for speakers in design.speakers if speakers.role not in ('tor', 'external'))
            assert sum(speakers.count for speakers in inside) == scale.nodes
