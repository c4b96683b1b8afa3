"""A spine or a reflector that shares a prefix, a rack or a cable with nodes takes no part in serving them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netbox_calico.planning.model.inventory import Address, Interface, Router, Snapshot
from netbox_calico.planning.serving import serve
from tests.planning.world import observation, snapshot

WISH = snapshot(2, 2, 2, (4, 6))


def neighbour(role: str, tied: tuple[int, ...] = ()) -> Router:
    """A router beside the first TOR: in its rack, with an address of its own in each of its prefixes."""
    beside = WISH.routers[0]
    addresses = tuple(Address(address.interface, next_to(address.value), address.vrf) for address in beside.addresses)
    return replace(beside, id=99, name='other-1', role=role, addresses=addresses, tied_racks=tied)


def next_to(address: Interface) -> Interface:
    return type(address)((int(address.ip) + 100, address.network.prefixlen))


def served(wish: Snapshot) -> tuple[dict[str, set[int]], list[str]]:
    serving = serve(wish, observation(wish).cluster)
    links = {node: {link.router for link in found} for node, found in serving.links.items()}
    return links, [finding.code for finding in serving.findings]


@pytest.mark.parametrize(('role', 'tied'), [('spine', ()), ('reflector', ()), ('reflector', (101,))])
def test_another_role_changes_nothing_of_who_serves(role: str, tied: tuple[int, ...]) -> None:
    routers = (*WISH.routers, neighbour(role, tied))
    cabled = tuple(replace(node, cabled_routers=(*node.cabled_routers, 99)) for node in WISH.nodes)
    for nodes in (WISH.nodes, cabled):
        assert served(replace(WISH, nodes=nodes, routers=routers)) == served(WISH)


def test_a_third_top_of_rack_router_serves() -> None:
    links, _ = served(replace(WISH, routers=(*WISH.routers, neighbour('tor'))))
    assert 99 in links[WISH.nodes[0].name]


def test_a_spine_that_is_tied_to_the_rack_by_hand_serves_it() -> None:
    first = WISH.nodes[0]
    assert first.rack is not None
    links, findings = served(replace(WISH, routers=(*WISH.routers, neighbour('spine', (first.rack.id,)))))
    assert links[first.name] == {99}
    assert findings == []
