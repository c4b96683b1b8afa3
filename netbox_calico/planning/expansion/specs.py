"""One object in, one value out: what the agent reads from a Node, a BGPPeer or a BGPConfiguration."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Interface, IPv6Interface

from netbox_calico.planning.annotation import json_object
from netbox_calico.planning.asn import DEFAULT_AS, parse_asn
from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.model.plan import Finding, Severity

from .fields import Fields, read_interface
from .objects import BGPConfiguration, BGPPeer, Node

ANNOTATION = 'projectcalico.org/'


def kubernetes_node(manifest: Fields) -> tuple[Node, list[Finding]]:
    """The Kubernetes Node with Calico's annotations; one that cannot be read is absent to the agent, and a finding."""
    metadata = manifest.section('metadata')
    annotations = metadata.texts_by_name('annotations')
    node = Node(
        name=metadata.text('name'),
        labels={**_calicoctl_labels(annotations), **metadata.texts_by_name('labels')},
        ipv4=_ipv4(annotations.get(ANNOTATION + 'IPv4Address')),
        ipv6=_ipv6(annotations.get(ANNOTATION + 'IPv6Address')),
        asn=_asn(annotations.get(ANNOTATION + 'ASNumber')),
        rr_cluster_id=_cluster_id(annotations.get(ANNOTATION + 'RouteReflectorClusterID')),
    )
    understood = (
        ('IPv4Address', node.ipv4, 'an IPv4 address with its mask, as 10.0.0.1/24'),
        ('IPv6Address', node.ipv6, 'an IPv6 address with its mask, as 2001:db8::1/64'),
        ('ASNumber', node.asn, 'an AS number, as 65001 or 0.65001'),
        ('RouteReflectorClusterID', node.rr_cluster_id, 'an IPv4 address, as 244.0.0.1'),
    )
    findings = [
        Finding(
            Severity.WARNING,
            'calico-annotation-ignored',
            manifest.subject,
            f"Calico's agent ignores the annotation {ANNOTATION}{name}: {text!r} should be {wanted}.",
        )
        for name, value, wanted in understood
        if value is None and (text := annotations.get(ANNOTATION + name))
    ]
    return node, findings


def calico_node(manifest: Fields) -> Node:
    """Calico's own Node resource, which the etcd datastore holds in place of the Kubernetes Node."""
    metadata, bgp = manifest.section('metadata'), manifest.section('spec').section('bgp')
    return Node(
        name=metadata.text('name'),
        labels=metadata.texts_by_name('labels'),
        ipv4=_ipv4(bgp.text('ipv4Address')),
        ipv6=_ipv6(bgp.text('ipv6Address')),
        asn=bgp.asn('asNumber'),
        rr_cluster_id=bgp.text('routeReflectorClusterID') or None,
    )


def bgp_peer(name: str, spec: Fields) -> BGPPeer:
    return BGPPeer(
        name=name,
        node=spec.text('node'),
        node_selector=spec.text('nodeSelector'),
        peer_ip=spec.text('peerIP'),
        peer_selector=spec.text('peerSelector'),
        local_workload_selector=spec.text('localWorkloadSelector'),
        as_number=spec.asn('asNumber') or 0,
        local_as_number=spec.asn('localASNumber') or 0,
        num_allowed_local_as_numbers=spec.number('numAllowedLocalASNumbers', -(2**31), 2**31 - 1) or 0,
        next_hop_mode=spec.choice('nextHopMode', ('', 'Auto', 'Self', 'Keep')),
        keep_original_next_hop=spec.flag('keepOriginalNextHop', False),
        password=spec.secret_key('password'),
        source_address='None' if spec.choice('sourceAddress', ('', 'UseNodeIP', 'None')) == 'None' else 'UseNodeIP',
        max_restart_time=spec.seconds('maxRestartTime'),
        keepalive_time=spec.seconds('keepaliveTime'),
        ttl_security=spec.number('ttlSecurity', 0, 255) or 0,
        reachable_by=spec.text('reachableBy'),
        filters=spec.texts('filters'),
        reverse_peering='Manual' if spec.choice('reversePeering', ('', 'Auto', 'Manual')) == 'Manual' else 'Auto',
    )


def bgp_configuration(spec: Fields) -> BGPConfiguration:
    asn = spec.asn('asNumber')
    return BGPConfiguration(
        mesh=spec.flag('nodeToNodeMeshEnabled', True),
        asn=DEFAULT_AS if asn is None else asn,
        listen_port=spec.number('listenPort', 0, 65535) or None,
        mesh_password=spec.secret_key('nodeMeshPassword'),
        mesh_max_restart_time=spec.seconds('nodeMeshMaxRestartTime'),
    )


def _calicoctl_labels(annotations: Mapping[str, str]) -> dict[str, str]:
    """Labels that ``calicoctl label node`` keeps in an annotation; Kubernetes' own labels win over them.

    Null is the empty text to the agent.
    """
    labels = json_object(annotations, ANNOTATION + 'labels')
    readable = all(isinstance(value, str | None) for value in labels.values())
    return {key: value or '' for key, value in labels.items()} if readable else {}


def _ipv4(text: str | None) -> IPv4Interface | None:
    interface = read_interface(text or '')
    return interface if isinstance(interface, IPv4Interface) else None


def _ipv6(text: str | None) -> IPv6Interface | None:
    interface = read_interface(text or '')
    return interface if isinstance(interface, IPv6Interface) else None


def _asn(text: str | None) -> int | None:
    try:
        return None if text is None else parse_asn(text)
    except InvalidInput:
        return None


def _cluster_id(text: str | None) -> str | None:
    """The text as it stands, if it is an IPv4 address or network."""
    interface = _ipv4(text)
    return text if interface is not None and interface.ip == interface.network.network_address else None
