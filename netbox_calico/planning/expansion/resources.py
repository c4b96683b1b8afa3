"""Everything an expansion is computed from, and how it is read: which objects count, and that no two contradict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.model.observation import KubernetesNode
from netbox_calico.planning.model.plan import Finding, Severity

from .fields import Fields
from .objects import BGPConfiguration, BGPPeer, Node
from .observed import manifest_of, observed_node
from .secret_keys import Keys, SecretKeys
from .specs import bgp_configuration, bgp_peer, calico_node, kubernetes_node
from .vocabulary import meant_kind, misspelt_fields

CALICO_VERSIONS = ('projectcalico.org/v3', 'crd.projectcalico.org/v1')
"""Where Calico's resources live; kinds of the same names elsewhere (MetalLB's BGPPeer) are not Calico's."""

RESOURCES = ('BGPPeer', 'BGPConfiguration', 'BGPFilter')
PER_NODE = 'node.'

type Manifest = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Resources:
    """Nodes and Calico's resources of one cluster.

    ``listen_ports`` are the ports of ``BGPConfiguration/node.<name>``, by node. ``bgp_filters`` maps a filter's name to
    its spec, untouched. ``secrets`` maps the name of a Secret to those of its keys that are not empty, and these to a
    number that equal values share: never to a value.
    ``findings`` tells what stood in the objects and means nothing to the agent.
    """

    nodes: tuple[Node, ...] = ()
    bgp_peers: tuple[BGPPeer, ...] = ()
    configuration: BGPConfiguration = field(default_factory=BGPConfiguration)
    listen_ports: Mapping[str, int] = field(default_factory=dict)
    bgp_filters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    secrets: Mapping[str, Keys] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def listen_port(self, node: str) -> int | None:
        """The port that the agent takes a node to listen on: its own setting, or the cluster's."""
        return self.listen_ports.get(node) or self.configuration.listen_port

    @classmethod
    def from_objects(
        cls,
        objects: Iterable[Mapping[str, Any]],
        namespace: str | None = None,
        observed: Iterable[KubernetesNode] = (),
    ) -> Resources:
        """From Kubernetes-style manifests (apiVersion, kind, metadata, spec), in any order, and nodes as observed.

        Nodes are the Kubernetes ones with Calico's annotations, or Calico's own (etcd datastore). Lists are opened, and
        kinds that have nothing to do with sessions passed over.
        ``namespace`` is calico-node's own: only Secrets of it count; without it Secrets of any namespace do.
        Raises InvalidInput with the object's name for what the Kubernetes API or the agent could not read.
        """
        reader = _Reader(namespace)
        for manifest in _opened(objects):
            version, kind = manifest.get('apiVersion'), manifest.get('kind')
            if version == 'v1' and kind == 'Node':
                reader.kubernetes_node(_fields(manifest))
            elif version == 'v1' and kind == 'Secret':
                reader.secrets.add(_fields(manifest))
            elif version in CALICO_VERSIONS and kind == 'Node':
                reader.calico_node(_fields(manifest))
            elif version in CALICO_VERSIONS and kind in RESOURCES:
                reader.resource(_fields(manifest))
            elif version is None or version == 'v1' or 'projectcalico.org/' in str(version):
                reader.pass_over(manifest)
        for node in observed:
            reader.observed_node(node)
        return reader.resources()

    @classmethod
    def from_case(cls, case: Mapping[str, Any]) -> Resources:
        """From ``{"nodes": […], "secrets": […], "resources": […]}``, a case in JSON. Raises InvalidInput.

        Nodes have name, labels and annotations, Secrets name and data (in the clear), resources kind, name and spec.
        """
        reader = _Reader()
        whole = Fields('The case', case)
        for node in whole.sections('nodes'):
            reader.kubernetes_node(_fields({'kind': 'Node', 'metadata': node.values}))
        for held in whole.sections('secrets'):
            reader.secrets.add_plain(_fields({**held.values, 'kind': 'Secret', 'metadata': held.values}))
        for resource in whole.sections('resources'):
            if resource.values.get('kind') in RESOURCES:
                reader.resource(_fields({**resource.values, 'metadata': resource.values}))
        return reader.resources()


def _opened(objects: Iterable[Any], what: str = 'A document') -> Iterator[Manifest]:
    """The objects themselves, lists (``kubectl get -o yaml``) opened; their items may leave out kind and version."""
    for manifest in objects:
        if not isinstance(manifest, Mapping):
            found = f'{what} is no Kubernetes object ({type(manifest).__name__})'
            raise InvalidInput(f'{found}: write one with apiVersion, kind and metadata.')
        kind, items = manifest.get('kind'), manifest.get('items')
        if not kind or not isinstance(kind, str):
            raise InvalidInput(f'{what} has no kind: write apiVersion and kind, as Kubernetes has them.')
        if not kind.endswith('List'):
            yield manifest
        elif isinstance(items, list):
            implied = {'kind': kind.removesuffix('List'), 'apiVersion': manifest.get('apiVersion')}
            within = (({**implied, **item} if isinstance(item, Mapping) else item) for item in items)
            yield from _opened(within, f'An item of a {kind}')
        elif items is not None:
            raise InvalidInput(f'The items of a {kind} are no list ({type(items).__name__}): write one.')


def _fields(manifest: Manifest) -> Fields:
    kind, metadata = manifest.get('kind'), manifest.get('metadata')
    name = metadata.get('name') if isinstance(metadata, Mapping) else None
    if name and not isinstance(name, str):
        raise InvalidInput(f'{kind}/{name}: metadata.name is {name!r}; write it as text, in quotes.')
    if not name:
        raise InvalidInput(f'An object of kind {kind} has no name: write one at metadata.name.')
    return Fields(f'{kind}/{name}', manifest)


class _Reader:
    """Collects what has been read, by kind and name."""

    def __init__(self, namespace: str | None = None) -> None:
        self.nodes: dict[str, Node] = {}
        self.peers: dict[str, BGPPeer] = {}
        self.configurations: dict[str, BGPConfiguration] = {}
        self.filters: dict[str, Mapping[str, Any]] = {}
        self.secrets = SecretKeys(namespace)
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

    def observed_node(self, found: KubernetesNode) -> None:
        node = observed_node(found)
        if node is None or not node.name or node.name in self.nodes:
            self.kubernetes_node(_fields(manifest_of(found)))
        else:
            self.nodes[node.name] = node

    def pass_over(self, manifest: Manifest) -> None:
        """What is of another kind is no business of ours; a kind or a version that is slightly wrong is told."""
        kind, version = manifest['kind'], manifest.get('apiVersion')
        if kind in ('Node', 'Secret', *RESOURCES):
            message = (
                f'It is passed over, for its apiVersion is {version or "missing"}: write v1 for a Node or a Secret of'
                f" Kubernetes, {' or '.join(CALICO_VERSIONS)} for Calico's resources."
            )
            subject = _fields(manifest).subject
            self.findings.add(Finding(Severity.WARNING, 'api-version-unknown', subject, message))
        elif meant := meant_kind(kind):
            message = f'It is passed over, for there is no kind {kind}: write {meant}.'
            subject = _fields(manifest).subject
            self.findings.add(Finding(Severity.WARNING, 'calico-name-unknown', subject, message))

    def calico_node(self, manifest: Fields) -> None:
        self.add(self.nodes, manifest, calico_node(manifest))

    def resource(self, manifest: Fields) -> None:
        spec = manifest.section('spec')
        self.findings.update(misspelt_fields(manifest.subject.partition('/')[0], spec))
        match manifest.subject.split('/', 1):
            case ['BGPPeer', name]:
                self.add(self.peers, manifest, bgp_peer(name, spec))
            case ['BGPConfiguration', _]:
                self.add(self.configurations, manifest, bgp_configuration(spec))
            case _:
                self.add(self.filters, manifest, spec.values)

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
        configuration = self.configurations.get('default', BGPConfiguration())
        referred = (configuration.mesh_password, *(peer.password for peer in self.peers.values()))
        self.findings.update(self.secrets.findings(referred))
        return Resources(
            nodes=tuple(node for _, node in sorted(self.nodes.items())),
            bgp_peers=tuple(peer for _, peer in sorted(self.peers.items())),
            configuration=configuration,
            listen_ports={
                name.removeprefix(PER_NODE): found.listen_port
                for name, found in sorted(per_node.items())
                if found.listen_port
            },
            bgp_filters=dict(sorted(self.filters.items())),
            secrets=self.secrets.by_name(referred),
            findings=tuple(sorted(self.findings)),
        )
