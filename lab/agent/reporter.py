"""Answers CalicoNodeStatus objects from the running BIRD of the node that each of them names.

As Calico does: a status that has not changed is not written again, so its `lastUpdated` stays old.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lab.addressing import Family
from lab.agent import status
from lab.agent.bird import Bird, Supervisor, ask
from lab.api import MERGE_PATCH, Api, ApiError, Manifest

log = logging.getLogger(__name__)

DEFAULT_PERIOD = 10
TICK_SECONDS = 0.2


def observe(birds: Iterable[Bird], classes: Iterable[str]) -> dict[str, Any]:
    """`status` of a node from its daemons, one a family, for the classes Agent, BGP and Routes."""
    result: dict[str, Any] = {}
    for bird in birds:
        family = bird.family
        try:
            general, protocols, table = (
                ask(bird.namespace, family, f'show {what}') for what in ('status', 'protocols all', 'route')
            )
        except OSError:
            general, protocols, table = '', '', ''
        if 'Agent' in classes:
            result.setdefault('agent', {})[f'birdV{family}'] = status.agent(general)
        if 'BGP' in classes:
            _peers(result, family, status.peers(protocols))
        if 'Routes' in classes:
            result.setdefault('routes', {})[f'routesV{family}'] = status.routes(table, family)
    return result


def _peers(result: dict[str, Any], family: Family, peers: list[dict[str, Any]]) -> None:
    counts = {f'number{word}V{version}': 0 for word in ('Established', 'NotEstablished') for version in (4, 6)}
    bgp = result.setdefault('bgp', counts)
    up = sum(peer.get('state') == 'Established' for peer in peers)
    bgp |= {
        f'peersV{family}': peers,
        f'numberEstablishedV{family}': up,
        f'numberNotEstablishedV{family}': len(peers) - up,
    }


class Reporter:
    """Writes the status of every CalicoNodeStatus, at once when it is new and then in the period that it asks for."""

    def __init__(
        self, kubeconfig: Path, path: str, birds: Supervisor, requests: Callable[[], Iterable[Manifest]]
    ) -> None:
        """`path` is a template of where a status is written, by name; `requests` returns the objects that exist."""
        self._kubeconfig = kubeconfig
        self._path = path
        self._birds = birds
        self._requests = requests
        self._due: dict[str, tuple[Manifest, float]] = {}
        self._written: dict[str, dict[str, Any]] = {}
        self.wake = threading.Event()

    def run(self) -> None:
        """Serve for ever."""
        with ThreadPoolExecutor(2) as pool:
            while True:
                self.wake.wait(TICK_SECONDS)
                self.wake.clear()
                requests = {request['metadata']['uid']: request for request in self._requests()}
                for uid in set(self._due) - set(requests):
                    del self._due[uid]
                    self._written.pop(uid, None)
                list(
                    pool.map(self._serve, [request for uid, request in requests.items() if self._is_due(uid, request)])
                )

    def _is_due(self, uid: str, request: Manifest) -> bool:
        spec, known = request['spec'], self._due.get(uid)
        period = spec.get('updatePeriodSeconds', DEFAULT_PERIOD)
        # A period of 0 stops the updates, a new specification is answered at once.
        if known and known[0] == spec and (not period or time.monotonic() < known[1]):
            return False
        self._due[uid] = (spec, time.monotonic() + period)
        return True

    def _serve(self, request: Manifest) -> None:
        name, uid, spec = request['metadata']['name'], request['metadata']['uid'], request['spec']
        birds = [bird for bird in self._birds if bird.namespace.name == spec.get('node')]
        if not birds:
            return
        seen = observe(birds, spec.get('classes') or ())
        if seen == self._written.get(uid):
            return
        stamped = {**seen, 'lastUpdated': datetime.now(UTC).strftime('%Y-%m-%dT%H:%M:%SZ')}
        api = Api(self._kubeconfig)
        try:
            api.request('PATCH', self._path.format(name=name), {'status': stamped}, content_type=MERGE_PATCH)
            self._written[uid] = seen
        except (ApiError, OSError) as exc:
            log.warning('status of %s: %s', name, exc)
        finally:
            api.close()
