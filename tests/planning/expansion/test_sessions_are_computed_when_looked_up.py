from __future__ import annotations

from ipaddress import IPv4Interface, ip_address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbox_calico.planning.expansion import BGPConfiguration, BGPPeer, Node, Resources, Session, agent, expand

from .clusters import cases

NODES = 5000


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The protocols of all sessions that are made."""
    found: list[str] = []

    def session(**values: Any) -> Session:
        found.append(values['protocol'])
        return Session(**values)

    monkeypatch.setattr(agent, 'Session', session)
    return found


def nodes(count: int) -> tuple[Node, ...]:
    first = ip_address('10.0.0.1')
    return tuple(
        Node(f'n{number}', {'rack': f'r{number // 20}'}, IPv4Interface((first + number, 8))) for number in range(count)
    )


def test_a_large_mesh_makes_no_session_that_nobody_asks_for(made: list[str]) -> None:
    expansion = expand(Resources(nodes(NODES)))
    assert len(expansion.sessions) == NODES
    assert made == []
    assert len(expansion.sessions['n7']) == NODES - 1
    assert len(made) == NODES - 1


def test_only_the_nodes_that_are_named_are_looked_at(made: list[str]) -> None:
    one = BGPPeer('a', node_selector='all()', peer_ip='10.255.0.1', as_number=65001)
    two = BGPPeer('b', node_selector='all()', peer_ip='10.255.0.1', as_number=65002)
    resources = Resources(nodes(NODES), (one, two), BGPConfiguration(mesh=False))
    expansion = expand(resources, only={'n7'})
    assert list(expansion.sessions) == ['n7']
    assert [overlap.node for overlap in expansion.overlaps] == ['n7']
    assert len(made) == 2
    with pytest.raises(KeyError):
        expansion.sessions['n8']


def test_a_rack_label_finds_its_nodes_without_trying_all() -> None:
    """Labels count how often they are read: once a node for the index, then once for each match."""

    class Counting(dict[str, str]):
        reads = 0

        def get(self, *arguments: Any) -> Any:
            Counting.reads += 1
            return super().get(*arguments)

    found = tuple(Node(node.name, Counting(node.labels), node.ipv4) for node in nodes(400))
    peers = tuple(
        BGPPeer(
            f'rack-{number}', node_selector=f"rack == 'r{number}' && has(rack)", peer_ip='10.255.0.1', as_number=65001
        )
        for number in range(20)
    )
    expansion = expand(Resources(found, peers, BGPConfiguration(mesh=False)))
    assert all(len(sessions) == 1 for sessions in expansion.sessions.values())
    assert Counting.reads == 400 + 400


@given(cases(), st.data())
def test_some_nodes_get_what_they_get_among_all(case: dict[str, Any], data: st.DataObject) -> None:
    resources = Resources.from_case(case)
    whole = expand(resources)
    only = data.draw(st.sets(st.sampled_from([node.name for node in resources.nodes])))
    part = expand(resources, only)
    assert dict(part.sessions) == {name: sessions for name, sessions in whole.sessions.items() if name in only}
    assert part.overlaps == tuple(overlap for overlap in whole.overlaps if overlap.node in only)
