"""One cluster, as the pipe sees it: read once, written item by item, looked at node by node."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cached_property, partial
from types import TracebackType
from typing import Any

from lightkube import Client
from lightkube.resources.core_v1 import Namespace, Node, Secret

from netbox_calico.planning.errors import CredentialError, Refused
from netbox_calico.planning.model.observation import ClusterObservation, NodeStatus, Resource
from netbox_calico.planning.model.plan import Item, Outcome

from . import reading
from .calls import Rejected, patiently
from .kubeconfig import client
from .looking import Looker
from .resources import GROUPS, SHOWN, Class, calico
from .surroundings import surroundings
from .writing import Writer

_PAGE = 500
_SYSTEM = 'kube-system'
_NAMESPACES = ('calico-system', _SYSTEM)
"""Where calico-node runs: the operator's namespace, else that of the manifests."""


def open_cluster(
    kubeconfig: str,
    handle: str,
    *,
    secrets: Collection[str] = (),
    patience: float = 15,
    wait: float = 20,
    timeout: float = 10,
) -> KubernetesCluster:
    """A cluster by its kubeconfig (text). ``handle`` is the value of our label on what is ours.

    ``secrets``: names of Secrets that are looked at besides those that the cluster's own resources name.
    ``patience``: seconds that an API which is away is waited for in each request, of which each attempt takes
    ``timeout`` at most; ``wait``: seconds that a node may take to tell its state.
    Raises ``CredentialError``; whether the API answers shows with the first request.
    """
    api = client(kubeconfig, timeout=timeout)
    return KubernetesCluster(api, handle, secrets=secrets, patience=patience, wait=wait)


class KubernetesCluster:
    """Implements ``planning.ports.ClusterPort``; to be closed, or used as a context."""

    def __init__(self, client: Client, handle: str, *, secrets: Collection[str], patience: float, wait: float) -> None:
        self._client = client
        self._handle = handle
        self._secrets = frozenset(secrets)
        self._patience = patience
        self._wait = wait

    def __enter__(self) -> KubernetesCluster:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._client.close()

    def observe(self) -> ClusterObservation:
        """Everything that a planner reads, listed once, in pages.

        Raises ``CredentialError``, ``Refused`` and ``ConnectionLost``.
        """
        about: dict[str, Any] = {}
        for found in self._list('ClusterInformation'):
            if found['metadata']['name'] == 'default':
                about = found.get('spec') or {}
        affinities = [reading.affinity(found) for found in self._list('BlockAffinity')]
        resources = tuple(reading.resource(kind, found) for kind in SHOWN for found in self._list(kind))
        secrets = self._values(self._secrets | reading.secret_names(resources))
        return ClusterObservation(
            api_group=self.api_group,
            identity=self._identity(),
            calico_version=about.get('calicoVersion', ''),
            datastore_ready=about.get('datastoreReady', True),
            nodes=tuple(
                reading.node(found) for found in self._all('Node', lambda: self._client.list(Node, chunk_size=_PAGE))
            ),
            resources=(*resources, *self._surroundings()),
            affinities=tuple(affinity for affinity in affinities if affinity is not None),
            secrets={name: frozenset(values) for name, values in secrets.items()},
            alike=reading.alike(secrets),
        )

    def _identity(self) -> str:
        """The UID of the namespace that every cluster has; none in the first moment of a cluster's life."""
        try:
            found = patiently(
                f'show namespace {_SYSTEM}', partial(self._client.get, Namespace, _SYSTEM), self._patience
            )
        except Rejected as exc:
            if exc.code != 404:
                raise
            return ''
        return (found.metadata and found.metadata.uid) or ''

    def _surroundings(self) -> Iterable[Resource]:
        return surroundings(self._client, self._classes, lambda: self._namespace, self._patience)

    def apply(self, item: Item) -> Outcome:
        """Send one item; doing it twice is harmless. A refusal is an Outcome.

        Raises ``ConnectionLost``, and ``CredentialError`` when the login is not accepted (any more).
        """
        return self._writer.apply(item)

    def look(self, nodes: Sequence[str], *, routes: bool = True) -> tuple[NodeStatus, ...]:
        """The state of each node, by a CalicoNodeStatus made for this look."""
        return self._looker.look(nodes, routes=routes)

    def secret_value(self, name: str, key: str) -> str:
        """The value under a key of a Secret in calico-node's namespace. Raises ``CredentialError``."""
        where = f'Secret {name} in namespace {self._namespace}'
        try:
            found = self._secret(name)
        except Rejected as exc:
            raise CredentialError(f'{where} cannot be read: {exc}') from exc
        value = (found.data or {}).get(key)
        if not value:
            raise CredentialError(f'{where} has no value under the key {key!r}: add the BGP password there.')
        try:
            return b64decode(value).decode()
        except UnicodeDecodeError:
            # The cause would quote the password.
            raise CredentialError(
                f'{where} has no text under the key {key!r}: write the BGP password as UTF-8 there.'
            ) from None

    @cached_property
    def api_group(self) -> str:
        """The group that Calico's resources are served in; projectcalico.org wherever it is there."""
        for group in GROUPS:
            information = calico(group)['ClusterInformation']
            try:
                self._all('ClusterInformation', partial(self._client.list, information))
            except Rejected as exc:
                # Forbidden is no answer: another group may be served, but only one may be used.
                if exc.code != 404:
                    raise
            else:
                return group
        raise Refused(
            'The cluster serves no resources of Calico: install Calico 3.30 or later, or correct the kubeconfig.'
        )

    @cached_property
    def _classes(self) -> dict[str, Class]:
        return dict(calico(self.api_group))

    @cached_property
    def _writer(self) -> Writer:
        return Writer(self._client, self.api_group, self._handle, self._patience)

    @cached_property
    def _looker(self) -> Looker:
        resource = self._classes['CalicoNodeStatus']
        return Looker(self._client, resource, self._handle, patience=self._patience, wait=self._wait)

    @cached_property
    def _namespace(self) -> str:
        for name in _NAMESPACES[:-1]:
            try:
                patiently(f'show namespace {name}', partial(self._client.get, Namespace, name), self._patience)
            except Rejected as exc:
                if exc.code != 404:
                    raise
            else:
                return name
        return _NAMESPACES[-1]

    def _list(self, kind: str) -> list[Any]:
        resource = self._classes[kind]
        return self._all(kind, lambda: self._client.list(resource, chunk_size=_PAGE))

    def _all(self, kind: str, listed: Callable[[], Any]) -> list[Any]:
        """All objects of a list; one that breaks off between two pages is begun anew."""
        return patiently(f'list {kind}', lambda: list(listed()), self._patience)

    def _values(self, names: Iterable[str]) -> dict[str, dict[str, str]]:
        """What these Secrets have, as it is sent; one that is missing, or that we may not read, is absent."""
        values: dict[str, dict[str, str]] = {}
        for name in sorted(names):
            try:
                found = self._secret(name)
            except Rejected as exc:
                if exc.code not in (403, 404):
                    raise
            else:
                values[name] = {key: value for key, value in (found.data or {}).items() if value}
        return values

    def _secret(self, name: str) -> Secret:
        where = self._namespace
        return patiently(
            f'show Secret {name} in namespace {where}',
            lambda: self._client.get(Secret, name, namespace=where),
            self._patience,
        )
