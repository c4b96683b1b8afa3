"""What the agent passes over in silence, told: resources that do not do what whoever wrote them meant."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from netbox_calico.planning.asn import CRD_AS_MAX, fits_crd
from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.model.plan import Finding, Severity
from netbox_calico.planning.selectors import parse

from .agent import Release
from .endpoint import split_endpoint
from .fields import read_address
from .objects import BGPPeer, SecretKey
from .resources import Resources
from .session import IPAddress
from .vocabulary import SINCE


def findings(resources: Resources, release: Release) -> tuple[Finding, ...]:
    """The findings of reading the resources, and those about references that lead nowhere; sorted."""
    told = [*resources.findings, *_of_addresses(resources)]
    nodes = {node.name for node in resources.nodes}
    for peer in resources.bgp_peers:
        told.extend(_of_peer(peer, resources, nodes))
        told.extend(_too_new(peer, release))
        told.extend(_refused(f'BGPPeer/{peer.name}', _contradictions(peer)))
    mesh = resources.configuration
    told.extend(_refused('BGPConfiguration/default', _too_large(asNumber=mesh.asn)))
    if mesh.mesh:
        told.extend(_of_secret('BGPConfiguration/default', mesh.mesh_password, resources))
    return tuple(sorted(told))


def _of_addresses(resources: Resources) -> Iterator[Finding]:
    nodes_at: dict[IPAddress, list[str]] = {}
    for node in resources.nodes:
        for interface in (node.ipv4, node.ipv6):
            if interface is not None:
                nodes_at.setdefault(interface.ip, []).append(node.name)
    for address, names in nodes_at.items():
        if len(names) > 1:
            message = f'They all have {address}, so chance decides on sessions with it: correct all but one.'
            yield _warning('calico-address-shared', f'Node/{", ".join(sorted(names))}', message)


def _of_peer(peer: BGPPeer, resources: Resources, nodes: Collection[str]) -> Iterator[Finding]:
    subject = f'BGPPeer/{peer.name}'
    for field, selector in (('nodeSelector', peer.node_selector), ('peerSelector', peer.peer_selector)):
        try:
            parse(selector)
        except InvalidInput as exc:
            yield _warning('calico-selector-ignored', subject, f'{field} selects no node to the agent. {exc}')
    if peer.node and not peer.node_selector and peer.node not in nodes:
        message = f'There is no node {peer.node!r}: correct or delete the BGPPeer.'
        yield _warning('calico-node-unknown', subject, message)
    if peer.local_workload_selector:
        message = 'Its sessions are with pods (localWorkloadSelector) that come and go: they are not predicted.'
        yield Finding(Severity.NOTE, 'calico-workload-peer', subject, message)
    elif not peer.peer_selector:
        yield from _of_address(subject, peer)
    elif peer.reachable_by:
        message = (
            'With peerSelector the agent writes reachableBy into the routes of both families, and BIRD refuses a'
            ' configuration with an address of the other: give each peer a BGPPeer with peerIP.'
        )
        yield _warning('calico-reachable-by-both-families', subject, message)
    for name in peer.filters:
        if name not in resources.bgp_filters:
            message = f'BGPFilter {name!r} does not exist, so its sessions run unfiltered: create it or take it out.'
            yield _warning('calico-filter-missing', subject, message)
    yield from _of_secret(subject, peer.password, resources)


def _too_new(peer: BGPPeer, release: Release) -> Iterator[Finding]:
    for field, given in (('localASNumber', peer.local_as_number), ('keepaliveTime', peer.keepalive_time)):
        if given and release < SINCE[field]:
            message = 'Calico knows spec.{} from {}.{} on, and nothing comes of it before: upgrade, or take it out.'
            yield _warning('calico-name-unknown', f'BGPPeer/{peer.name}', message.format(field, *SINCE[field]))


def _contradictions(peer: BGPPeer) -> Iterator[str]:
    """What the CRDs of 3.32 refuse, and Calico's own API always has; the agent takes it, should it ever get it."""
    pods = bool(peer.local_workload_selector)
    for first, second, both in (
        ('node', 'nodeSelector', peer.node and peer.node_selector),
        ('peerIP', 'peerSelector', peer.peer_ip and peer.peer_selector),
        ('peerSelector', 'asNumber', peer.peer_selector and peer.as_number),
        ('localWorkloadSelector', 'peerIP', pods and peer.peer_ip),
        ('localWorkloadSelector', 'peerSelector', pods and peer.peer_selector),
    ):
        if both:
            yield f'{first} and {second} stand together; take one of them out.'
    yield from _too_large(asNumber=peer.as_number, localASNumber=peer.local_as_number)


def _too_large(**numbers: int) -> Iterator[str]:
    for field, number in numbers.items():
        if not fits_crd(number):
            yield f'{field} {number} is larger than {CRD_AS_MAX}; larger ones fit into annotations of nodes alone.'


def _refused(subject: str, reasons: Iterable[str]) -> Iterator[Finding]:
    for reason in reasons:
        yield _warning('calico-resource-refused', subject, f'The Kubernetes API refuses it: {reason}')


def _of_address(subject: str, peer: BGPPeer) -> Iterator[Finding]:
    host, _ = split_endpoint(peer.peer_ip)
    address = read_address(host)
    if address is None:
        message = f'The agent ignores it: peerIP {peer.peer_ip!r} is no address; write ip, ipv4:port or [ipv6]:port.'
        yield _warning('calico-peer-ignored', subject, message)
        return
    gateway = read_address(peer.reachable_by) if peer.reachable_by else address
    if gateway is None or gateway.version != address.version:
        message = f'The agent ignores it: reachableBy {peer.reachable_by!r} is no IPv{address.version} address.'
        yield _warning('calico-peer-ignored', subject, message)
    if not peer.as_number:
        yield _warning('calico-peer-without-as', subject, 'BIRD refuses AS 0: give the BGPPeer an asNumber.')


def _of_secret(subject: str, reference: SecretKey | None, resources: Resources) -> Iterator[Finding]:
    if reference is not None and reference.key not in resources.secrets.get(reference.name, ()):
        message = (
            f'Key {reference.key!r} of Secret {reference.name!r} is missing or empty, so its sessions run without a'
            ' password: create it in the namespace of calico-node.'
        )
        yield _warning('calico-secret-missing', subject, message)


def _warning(code: str, subject: str, message: str) -> Finding:
    return Finding(Severity.WARNING, code, subject, message)
