"""From the objects of the Kubernetes API to what each BIRD of each node has to know."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from ipaddress import ip_network
from typing import Any

from lab.addressing import Family, Network
from lab.agent.cluster import CALICO_NAMESPACE
from lab.agent.services import ServiceRanges, announced
from lab.agent.view import Advertisement, NodeView, Pool
from netbox_calico.planning.expansion import Expansion, Node, Resources, SecretKey, expand

type Manifest = Mapping[str, Any]
type Objects = Mapping[str, Sequence[Manifest]]

DEFAULT_PRIORITY = 1024
# Calico has BIRD read the kernel every 2 s, on a machine of its own. With hundreds of nodes on one machine that alone
# would keep it busy; changes are told to BIRD as they happen in any case.
SCAN_SECONDS, MANY_NODES, MANY_SCAN_SECONDS = 2, 50, 60


class ClusterViews:
    """The views of all nodes of one state of the cluster. `objects` are manifests by kind."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        everything = [manifest for manifests in objects.values() for manifest in manifests]
        self._resources = Resources.from_objects(everything, CALICO_NAMESPACE)
        self._expansion: Expansion = expand(self._resources)
        self._nodes: dict[str, Node] = {node.name: node for node in self._resources.nodes}
        self._manifests = {node['metadata']['name']: node for node in objects['Node']}
        self._passwords = dict(self._read_passwords())
        self._blocks = self._read_blocks()
        self._filters = {item['metadata']['name']: item.get('spec') or {} for item in objects['BGPFilter']}
        self._configurations = {
            item['metadata']['name']: item.get('spec') or {} for item in objects['BGPConfiguration']
        }

    @property
    def nodes(self) -> tuple[str, ...]:
        """The names of the nodes that have an address of either family."""
        return tuple(name for name, node in self._nodes.items() if node.ipv4 or node.ipv6)

    def view(self, name: str, family: Family) -> NodeView:
        """What the BIRD of that node and family has to know."""
        node = self._nodes[name]
        default = self._configurations.get('default', {})
        own = self._configurations.get(f'node.{name}', {})
        interface = node.ipv4 if family == 4 else node.ipv6
        ranges = ServiceRanges.from_spec(default)
        ignored = default.get('ignoredInterfaces') or ()
        return NodeView(
            name=name,
            family=family,
            address=interface.ip if interface else None,
            router_id=str(node.ipv4.ip) if node.ipv4 else hashed_router_id(name),
            asn=node.asn or self._resources.configuration.asn,
            sessions=tuple(session for session in self._expansion.sessions[name] if session.family == family),
            passwords=self._passwords,
            pools=tuple(self._pools(family)),
            blocks=self._blocks.get((name, family), ()),
            announced=announced(
                ranges, self._objects['Service'], self._objects['EndpointSlice'], self._manifests[name], family
            ),
            services=ranges.announced_everywhere(family),
            reflected=tuple(str(net) for net in ranges.load_balancer if net.version == family)
            if node.rr_cluster_id
            else (),
            filters=self._filters,
            advertisements=tuple(_advertisements(default, own, family)),
            listen_port=own.get('listenPort') or default.get('listenPort'),
            listen_only_at_address=default.get('bindMode') == 'NodeIP',
            ignored_interfaces=tuple(ignored),
            scan_seconds=SCAN_SECONDS if len(self._nodes) < MANY_NODES else MANY_SCAN_SECONDS,
            normal_priority=default.get(f'ipv{family}NormalRoutePriority') or DEFAULT_PRIORITY,
        )

    def _pools(self, family: Family) -> Iterator[Pool]:
        for manifest in self._objects['IPPool']:
            spec = manifest['spec']
            cidr = ip_network(spec['cidr'], strict=False)
            if cidr.version == family:
                yield Pool(
                    cidr,
                    exported=not spec.get('disableBGPExport', False),
                    programmed=spec.get('vxlanMode', 'Never') in ('', 'Never'),
                )

    def _read_blocks(self) -> dict[tuple[str, Family], tuple[Network, ...]]:
        blocks: dict[tuple[str, Family], list[Network]] = {}
        for manifest in self._objects['BlockAffinity']:
            spec = manifest['spec']
            if spec.get('state') == 'confirmed':
                network: Network = ip_network(spec['cidr'], strict=False)
                blocks.setdefault((spec['node'], network.version), []).append(network)
        return {
            key: tuple(sorted(networks, key=lambda net: net.network_address.packed)) for key, networks in blocks.items()
        }

    def _read_passwords(self) -> Iterator[tuple[SecretKey, str]]:
        for manifest in self._objects['Secret']:
            if manifest['metadata'].get('namespace') != CALICO_NAMESPACE:
                continue
            for key, value in (manifest.get('data') or {}).items():
                yield SecretKey(manifest['metadata']['name'], key), base64.b64decode(value).decode()


def hashed_router_id(name: str) -> str:
    """The router id of a node without IPv4: four bytes of its name's hash, below the multicast range (as Calico)."""
    first, *rest = hashlib.sha256(name.encode()).digest()[:4]
    return '.'.join(str(byte) for byte in (first - 32 if first > 223 else first, *rest))


def _advertisements(default: Manifest, own: Manifest, family: Family) -> Iterator[Advertisement]:
    source = own if own.get('prefixAdvertisements') else default
    named = {entry['name']: entry['value'] for entry in source.get('communities') or ()}
    for entry in source.get('prefixAdvertisements') or ():
        if ip_network(entry['cidr'], strict=False).version == family:
            values = [named.get(value, value) for value in entry.get('communities') or ()]
            yield Advertisement(entry['cidr'], tuple(dict.fromkeys(value for value in values if ':' in value)))
