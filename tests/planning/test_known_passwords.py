"""Which passwords may stand on a router: the one that NetBox names, and what BGPPeers were deployed with last."""

from __future__ import annotations

import json
from dataclasses import replace

from netbox_calico.planning.known_passwords import known_passwords
from netbox_calico.planning.model.inventory import Deployed
from netbox_calico.planning.model.options import Options, Scheme
from tests.planning.world import snapshot


def deployed(name: str, end: str, secret: str, key: str) -> Deployed:
    spec = {'peerIP': end, 'password': {'secretKeyRef': {'name': secret, 'key': key}}}
    return Deployed(f'kubernetes:BGPPeer/{name}', json.dumps({'verb': 'apply', 'object': {'spec': spec}}))


def test_the_current_one_and_those_of_its_bgp_peers() -> None:
    wish = snapshot(1, 1, 2, (4,), password_secret='second')
    wish = replace(
        wish,
        deployed=(
            deployed('one', '10.1.1.1', 'first', 'tor-1-1'),
            deployed('of-a-position', '169.254.0.2', 'first', 'position-2'),
            Deployed('kubernetes:BGPPeer/gone', json.dumps({'verb': 'delete', 'object': {}})),
            Deployed('router:11', 'neighbor 10.1.1.11 peer-group CAL-C1-4'),
        ),
    )
    assert known_passwords(wish) == {
        11: ('second/tor-1-1', 'first/tor-1-1'),
        12: ('second/tor-1-2', 'second/position-2', 'first/position-2'),
    }


def test_those_of_positions_before_any_bgp_peer_was_deployed() -> None:
    wish = snapshot(1, 1, 2, (4, 6), password_secret='bgp', options=Options(scheme=Scheme.SHARED_ADDRESS))
    assert known_passwords(wish) == {
        11: ('bgp/tor-1-1', 'bgp/position-1'),
        12: ('bgp/tor-1-2', 'bgp/position-2'),
    }


def test_none_where_none_was_ever_named() -> None:
    assert set(known_passwords(snapshot(1, 1, 2, (4,))).values()) == {()}
