from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from netbox_calico.planning.expansion import Resources, expand
from netbox_calico.planning.expansion.record import session_record

TRUTH = Path(__file__).parents[2] / 'data/agent-truth'
CASES = [
    json.loads(line)
    for file in ('cases.jsonl', 'wild.jsonl')
    for line in (TRUTH / file).read_text(encoding='utf-8').splitlines()
]
RELEASES = [json.loads(line) for line in (TRUTH / 'releases.jsonl').read_text(encoding='utf-8').splitlines()]
STABLE = [case for case in CASES if case['stable']]
UNSTABLE = [case for case in CASES if not case['stable']]


def records(case: dict[str, Any], release: tuple[int, int]) -> dict[str, list[dict[str, Any]]]:
    expansion = expand(Resources.from_case(case), release=release)
    return {node: [session_record(session) for session in sessions] for node, sessions in expansion.sessions.items()}


@pytest.mark.parametrize('case', STABLE, ids=lambda case: case['name'])
def test_every_session_is_as_the_agent_configured_it(case: dict[str, Any]) -> None:
    assert records(case, (3, 32)) == case['sessions']


@pytest.mark.parametrize('case', UNSTABLE, ids=lambda case: case['name'])
def test_what_the_agent_did_differently_each_time_is_an_overlap(case: dict[str, Any]) -> None:
    assert expand(Resources.from_case(case)).overlaps


@pytest.mark.parametrize('case', STABLE, ids=lambda case: case['name'])
def test_release_3_33_adds_multihop_to_the_mesh_and_nothing_else(case: dict[str, Any]) -> None:
    with_multihop = {
        node: [
            {**session, 'multihop': True, 'ttl_security': 'off'} if session['protocol'].startswith('Mesh') else session
            for session in sessions
        ]
        for node, sessions in case['sessions'].items()
    }
    assert records(case, (3, 33)) == with_multihop


@pytest.mark.parametrize('case', RELEASES, ids=lambda case: case['name'])
def test_every_release_is_met_in_what_it_does_differently(case: dict[str, Any]) -> None:
    found = {release: records(case, (3, int(release.removeprefix('3.')))) for release in case['sessions']}
    assert found == case['sessions']


def test_no_overlap_is_seen_where_one_bgp_peer_alone_claims_a_session() -> None:
    """What was stable and is reported yet: two BGPPeers claim a session, and each time luck held.

    In wild-37 they differ in the keepalive time, of which the records say nothing.
    """
    lucky = {case['name'] for case in STABLE if expand(Resources.from_case(case)).overlaps}
    assert lucky == {'random-72', 'random-91', 'random-106', 'random-112', 'wild-11', 'wild-37'}
