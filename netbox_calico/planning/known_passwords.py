"""Which BGP passwords may stand on each router: that which NetBox names now, and those that were deployed last."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping

from . import artefact
from .designs.shared_address import position_key
from .model.inventory import Router, Snapshot
from .model.options import Scheme
from .naming import secret_key
from .serving import SHARED_ROLE

UNKNOWN = 'unknown'
"""What a password on a router is called that is none of these."""

_PEER = artefact.target('BGPPeer', '')


def known_passwords(snapshot: Snapshot) -> Mapping[int, tuple[str, ...]]:
    """References (``SECRET/KEY``) by router, the current ones first."""
    deployed: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for entry in snapshot.deployed:
        if entry.target.startswith(_PEER):
            spec = json.loads(entry.artefact).get('object', {}).get('spec', {})
            if reference := spec.get('password', {}).get('secretKeyRef'):
                deployed[spec['peerIP']].add((reference['name'], reference['key']))
    found: dict[int, tuple[str, ...]] = {}
    for router in snapshot.routers:
        ends = {str(address.value.ip) for address in router.addresses}
        there = sorted({reference for end in ends for reference in deployed.get(end, ())})
        keys = (secret_key(router.name), *_of_positions(snapshot, router), *(key for _, key in there))
        wished = [(snapshot.cluster.password_secret, key) for key in keys if snapshot.cluster.password_secret]
        found[router.id] = tuple(dict.fromkeys(f'{name}/{key}' for name, key in (*wished, *there)))
    return found


def _of_positions(snapshot: Snapshot, router: Router) -> Iterator[str]:
    if snapshot.cluster.options.scheme is Scheme.SHARED_ADDRESS:
        for address in router.addresses:
            if address.role == SHARED_ROLE:
                yield position_key(address.value.ip)
