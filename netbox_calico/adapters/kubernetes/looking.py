"""A fresh look at nodes through CalicoNodeStatus: made, awaited, read and deleted again.

Calico does not rewrite a status that has not changed, so its time says nothing: only a status that was made for this
look is a look. Fewer than ten may stand in a cluster at once, so a look takes few nodes at a time and leaves none
behind.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from itertools import batched
from typing import Any

from lightkube import Client
from lightkube.models.meta_v1 import ObjectMeta

from netbox_calico.planning.errors import CalicoError
from netbox_calico.planning.model.observation import NodePeer, NodeRoute, NodeStatus
from netbox_calico.planning.naming import OWNER_LABEL

from .calls import Rejected, patiently
from .resources import Class

_AT_ONCE = 9
_CLASSES = ('Agent', 'BGP')
_LOOK_LABEL = 'netbox-calico.io/look'
_POLL_SECONDS = 0.25
# A look that is older was made by a run that is dead.
_LEFT_BEHIND = timedelta(minutes=10)


class Looker:
    """Looks at nodes of one cluster; ``wait`` is how many seconds a node may take to answer."""

    def __init__(self, client: Client, resource: Class, handle: str, *, patience: float, wait: float) -> None:
        self._client = client
        self._resource = resource
        self._handle = handle
        self._patience = patience
        self._wait = wait

    def look(self, nodes: Sequence[str], *, routes: bool) -> tuple[NodeStatus, ...]:
        """The state of each node, in the order asked for; a node that does not answer carries its error."""
        self._remove_left_behind()
        classes = [*_CLASSES, 'Routes'] if routes else [*_CLASSES]
        return tuple(status for some in batched(nodes, _AT_ONCE) for status in self._batch(some, classes))

    def _batch(self, nodes: Sequence[str], classes: list[str]) -> list[NodeStatus]:
        look = secrets.token_hex(6)
        names = {node: f'netbox-calico-{look}-{number}' for number, node in enumerate(nodes)}
        try:
            for node, name in names.items():
                self._create(node, name, look, classes)
            answers = self._await(look, len(nodes))
        finally:
            for name in names.values():
                self._delete(name)
        return [_status(node, answers.get(name), self._wait) for node, name in names.items()]

    def _create(self, node: str, name: str, look: str, classes: list[str]) -> None:
        wanted = self._resource(
            metadata=ObjectMeta(name=name, labels={OWNER_LABEL: self._handle, _LOOK_LABEL: look}),
            spec={'node': node, 'classes': classes, 'updatePeriodSeconds': 10},
        )
        try:
            patiently(f'take a CalicoNodeStatus for {node}', lambda: self._client.create(wanted), self._patience)
        except Rejected as exc:
            if exc.code != 409:  # An answer was lost, and the request is repeated.
                raise

    def _await(self, look: str, expected: int) -> Mapping[str, Mapping[str, Any]]:
        """Statuses by name, once all are filled or the time is over."""
        deadline = time.monotonic() + self._wait
        while True:
            filled = {name: found for name, found in self._list({_LOOK_LABEL: look}).items() if _is_filled(found)}
            if len(filled) == expected or time.monotonic() >= deadline:
                return filled
            time.sleep(_POLL_SECONDS)

    def _list(self, labels: dict[str, str]) -> dict[str, Mapping[str, Any]]:
        found = patiently(
            'list the CalicoNodeStatuses',
            lambda: list(self._client.list(self._resource, labels=dict(labels), chunk_size=50)),
            self._patience,
        )
        return {each['metadata']['name']: each for each in found}

    def _delete(self, name: str) -> None:
        try:
            patiently(
                f'delete CalicoNodeStatus {name}', lambda: self._client.delete(self._resource, name), self._patience
            )
        except CalicoError:
            # The look itself counts; the next one removes what this one could not.
            return

    def _remove_left_behind(self) -> None:
        limit = datetime.now(UTC) - _LEFT_BEHIND
        for name, found in self._list({OWNER_LABEL: self._handle}).items():
            made = found['metadata'].get('creationTimestamp', '')
            if _LOOK_LABEL in found['metadata'].get('labels', {}) and datetime.fromisoformat(made) < limit:
                self._delete(name)


def _is_filled(found: Mapping[str, Any]) -> bool:
    return bool((found.get('status') or {}).get('lastUpdated'))


def _status(node: str, found: Mapping[str, Any] | None, waited: float) -> NodeStatus:
    if found is None:
        return NodeStatus(
            node, error=f'calico-node on {node} did not answer within {waited:.0f} s: look at its pod and its log.'
        )
    status = found['status']
    return NodeStatus(
        node,
        peers=tuple(
            peer
            for family in (4, 6)
            for each in (status.get('bgp') or {}).get(f'peersV{family}') or ()
            if (peer := _peer(each)) is not None
        ),
        routes=tuple(
            route
            for family in (4, 6)
            for each in (status.get('routes') or {}).get(f'routesV{family}') or ()
            if (route := _route(each)) is not None
        ),
    )


def _peer(found: Mapping[str, Any]) -> NodePeer | None:
    address = _address(found.get('peerIP'))
    if address is None:
        return None
    return NodePeer(address, found.get('type', ''), found.get('state') == 'Established')


def _route(found: Mapping[str, Any]) -> NodeRoute | None:
    try:
        destination = ip_network(found.get('destination', ''), strict=False)
    except ValueError:
        return None
    learned = found.get('learnedFrom') or {}
    return NodeRoute(
        destination=destination,
        gateway=_address(found.get('gateway')),
        interface=found.get('interface', ''),
        fib=found.get('type') == 'FIB',
        source=learned.get('sourceType', ''),
        peer=_address(learned.get('peerIP')),
    )


def _address(text: str | None) -> IPv4Address | IPv6Address | None:
    """An address, or None where BIRD has none («N/A»)."""
    try:
        return ip_address(text) if text else None
    except ValueError:
        return None
