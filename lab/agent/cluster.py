"""A copy of what the agent needs of the cluster, kept fresh: list, then watch, and list again when that is lost."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lab.api import Api, ApiError, Manifest

log = logging.getLogger(__name__)

WATCH_SECONDS, FIRST_PATIENCE, MOST_PATIENCE = 240, 0.2, 5.0
# Where calico-node runs; a password for it lies in a Secret there.
CALICO_NAMESPACE = 'calico-system'
CALICO_GROUPS = ('projectcalico.org/v3', 'crd.projectcalico.org/v1')


@dataclass(frozen=True, slots=True)
class Collection:
    """A kind of objects and where they are served."""

    kind: str
    api_version: str
    plural: str

    @property
    def path(self) -> str:
        """Where all of them are listed."""
        root = 'apis' if '/' in self.api_version else 'api'
        return f'/{root}/{self.api_version}/{self.plural}'

    def manifest(self, item: Manifest) -> Manifest:
        """An item of a list as an object that says what it is."""
        return {**item, 'kind': self.kind, 'apiVersion': self.api_version}


def calico_group(api: Api) -> str:
    """The group and version in which this cluster serves Calico's resources: v3 where it is, else v1."""
    for group in CALICO_GROUPS:
        try:
            found = api.request('GET', f'/apis/{group}')['resources']
        except ApiError:
            continue
        if any(resource['name'] == 'bgppeers' for resource in found):
            return group
    raise ApiError(404, f'none of {", ".join(CALICO_GROUPS)} is served: load the CRDs of Calico first')


def status_path(api: Api, group: str) -> str:
    """Where the status of the CalicoNodeStatus `{name}` is written: its subresource if it has one, else the object."""
    found = api.request('GET', f'/apis/{group}')['resources']
    subresource = any(resource['name'] == 'caliconodestatuses/status' for resource in found)
    return f'/apis/{group}/caliconodestatuses/{{name}}' + ('/status' if subresource else '')


def collections(group: str) -> list[Collection]:
    """All that the agent watches."""
    calico = {
        'BGPConfiguration': 'bgpconfigurations',
        'BGPFilter': 'bgpfilters',
        'BGPPeer': 'bgppeers',
        'BlockAffinity': 'blockaffinities',
        'CalicoNodeStatus': 'caliconodestatuses',
        'IPPool': 'ippools',
    }
    return [
        *(Collection(kind, group, plural) for kind, plural in calico.items()),
        Collection('Node', 'v1', 'nodes'),
        Collection('Secret', 'v1', 'secrets'),
        Collection('Service', 'v1', 'services'),
        Collection('EndpointSlice', 'discovery.k8s.io/v1', 'endpointslices'),
    ]


class ClusterCopy:
    """The objects of all collections; `changed` is called with the kind whenever one is not what it was."""

    def __init__(self, kubeconfig: Path, watched: Sequence[Collection], changed: Callable[[str], None]) -> None:
        """Nothing is read before `start`. `changed` is called from the threads that watch."""
        self._kubeconfig = kubeconfig
        self._watched = watched
        self._lock = threading.Lock()
        self._objects: dict[str, dict[str, Manifest]] = {collection.kind: {} for collection in watched}
        self._listed = {collection.kind: threading.Event() for collection in watched}
        self._changed = changed

    def start(self) -> None:
        """Follow every collection, each in a thread of its own, and return when all have been listed once."""
        for collection in self._watched:
            threading.Thread(target=self._follow, args=[collection], name=collection.kind, daemon=True).start()
        for listed in self._listed.values():
            listed.wait()

    def objects(self) -> Mapping[str, Sequence[Manifest]]:
        """A picture of all objects by kind, each in the order of their names."""
        with self._lock:
            return {kind: [found[key] for key in sorted(found)] for kind, found in self._objects.items()}

    def _follow(self, collection: Collection) -> None:
        patience = FIRST_PATIENCE
        stop = threading.Event()
        while True:
            try:
                version = self._list(collection)
                patience = FIRST_PATIENCE
                while True:
                    version = self._watch(collection, version)
            except (ApiError, OSError) as exc:
                log.warning('%s: %s', collection.kind, exc)
                stop.wait(patience * random.uniform(0.5, 1.0))
                patience = min(patience * 2, MOST_PATIENCE)

    def _list(self, collection: Collection) -> str:
        api = Api(self._kubeconfig)
        items, version = api.list_all(collection.path)
        api.close()
        self._replace(collection.kind, {_key(item): collection.manifest(item) for item in items})
        return version

    def _replace(self, kind: str, found: dict[str, Manifest]) -> None:
        with self._lock:
            self._objects[kind] = found
        self._listed[kind].set()
        self._changed(kind)

    def _watch(self, collection: Collection, version: str) -> str:
        for event, manifest in Api(self._kubeconfig).watch(collection.path, version, seconds=WATCH_SECONDS):
            version = manifest['metadata']['resourceVersion']
            if event == 'BOOKMARK':
                continue
            with self._lock:
                found = self._objects[collection.kind]
                if event == 'DELETED':
                    found.pop(_key(manifest), None)
                else:
                    found[_key(manifest)] = collection.manifest(manifest)
            self._changed(collection.kind)
        return version


def _key(manifest: Manifest) -> str:
    metadata = manifest['metadata']
    return f'{metadata.get("namespace", "")}/{metadata["name"]}'
