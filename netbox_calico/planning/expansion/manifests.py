"""Manifests in, Resources out: which objects count, and that none is there twice with two meanings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.model.plan import Finding, Severity

from .fields import Fields
from .objects import BGPConfiguration, BGPPeer, Node
from .resources import Resources
from .specs import bgp_configuration, bgp_peer, calico_node, kubernetes_node

CALICO_VERSIONS = ('projectcalico.org/v3', 'crd.projectcalico.org/v1')
"""Where Calico's resources live; kinds of the same names elsewhere (MetalLB's BGPPeer) are not Calico's."""

PER_NODE = 'node.'

type Manifest = Mapping[str, Any]


def read_objects(objects: Iterable[Manifest], namespace: str | None) -> Resources:
    """See ``Resources.from_objects``."""
    reader = _Reader()
    for manifest in _opened(objects):
        version, kind = manifest.get('apiVersion'), manifest.get('kind')
        if version == 'v1' and kind in ('Node', 'Secret'):
            fields = _fields(manifest)
            home = fields.section('metadata').text('namespace') or 'default'
            if kind == 'Node':
                reader.kubernetes_node(fields)
            elif namespace is None or home == namespace:
                reader.secret(fields)
        elif version in CALICO_VERSIONS and kind == 'Node':
            reader.add(reader.nodes, _fields(manifest), calico_node(_fields(manifest)))
        elif version in CALICO_VERSIONS:
            reader.resource(manifest)
    return reader.resources()


def read_case(case: Manifest) -> Resources:
    """See ``Resources.from_case``."""
    reader = _Reader()
    whole = Fields('The case', case)
    for node in whole.sections('nodes'):
        reader.kubernetes_node(_fields({'kind': 'Node', 'metadata': node.values}))
    for secret in whole.sections('secrets'):
        reader.secret(_fields({'kind': 'Secret', 'metadata': secret.values, 'data': secret.values.get('data')}))
    for resource in whole.sections('resources'):
        reader.resource({**resource.values, 'metadata': resource.values})
    return reader.resources()


def _opened(objects: Iterable[Any]) -> Iterator[Manifest]:
    """The objects themselves, lists (``kubectl get -o yaml``) opened; their items may leave out kind and version."""
    for manifest in objects:
        if not isinstance(manifest, Mapping):
            raise InvalidInput(f'A document is a {type(manifest).__name__}: a Kubernetes object has kind and metadata.')
        kind, items = manifest.get('kind'), manifest.get('items')
        if isinstance(kind, str) and kind.endswith('List') and isinstance(items, list):
            implied = {'kind': kind.removesuffix('List'), 'apiVersion': manifest.get('apiVersion')}
            yield from _opened({**implied, **item} if isinstance(item, Mapping) else item for item in items)
        else:
            yield manifest


def _fields(manifest: Manifest) -> Fields:
    kind, metadata = manifest.get('kind'), manifest.get('metadata')
    name = metadata.get('name') if isinstance(metadata, Mapping) else None
    if not isinstance(name, str) or not name:
        raise InvalidInput(f'An object of kind {kind} has no name: write one at metadata.name.')
    return Fields(f'{kind}/{name}', manifest)


class _Reader:
    """Collects what has been read, by kind and name."""

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self.peers: dict[str, BGPPeer] = {}
        self.configurations: dict[str, BGPConfiguration] = {}
        self.filters: dict[str, Mapping[str, Any]] = {}
        self.secrets: dict[str, frozenset[str]] = {}
        self.findings: set[Finding] = set()

    def add[T](self, kept: dict[str, T], fields: Fields, value: T) -> None:
        """Both API groups may serve one object, so the same twice is once."""
        name = fields.subject.partition('/')[2]
        if kept.setdefault(name, value) != value:
            raise InvalidInput(f'{fields.subject} is given twice and differs: leave one of the two out.')

    def kubernetes_node(self, manifest: Fields) -> None:
        node, findings = kubernetes_node(manifest)
        self.add(self.nodes, manifest, node)
        self.findings.update(findings)

    def secret(self, manifest: Fields) -> None:
        values = {**manifest.section('data').values, **manifest.section('stringData').values}
        self.add(self.secrets, manifest, frozenset(key for key, value in values.items() if value))

    def resource(self, manifest: Manifest) -> None:
        kind = manifest.get('kind')
        if kind not in ('BGPPeer', 'BGPConfiguration', 'BGPFilter'):
            return
        fields = _fields(manifest)
        spec, name = fields.section('spec'), fields.subject.partition('/')[2]
        match kind:
            case 'BGPPeer':
                self.add(self.peers, fields, bgp_peer(name, spec))
            case 'BGPConfiguration':
                self.add(self.configurations, fields, bgp_configuration(spec))
            case _:
                self.add(self.filters, fields, spec.values)

    def resources(self) -> Resources:
        per_node = {name: found for name, found in self.configurations.items() if name.startswith(PER_NODE)}
        strange = self.configurations.keys() - per_node.keys() - {'default'}
        self.findings.update(
            Finding(
                Severity.WARNING,
                'calico-configuration-ignored',
                f'BGPConfiguration/{name}',
                "Calico's agent ignores it: only default and node.<name of a node> mean anything. Rename or delete it.",
            )
            for name in strange
        )
        return Resources(
            nodes=tuple(node for _, node in sorted(self.nodes.items())),
            bgp_peers=tuple(peer for _, peer in sorted(self.peers.items())),
            configuration=self.configurations.get('default', BGPConfiguration()),
            listen_ports={
                name.removeprefix(PER_NODE): found.listen_port
                for name, found in sorted(per_node.items())
                if found.listen_port
            },
            bgp_filters=dict(sorted(self.filters.items())),
            secrets=dict(sorted(self.secrets.items())),
            findings=tuple(sorted(self.findings)),
        )
