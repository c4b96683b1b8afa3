"""What the agent passes over: in BGPPeers of others, and in annotations."""

from __future__ import annotations

from ipaddress import ip_interface

from tests.planning.checks.troubled import Trouble, both, observed, present, running

from .example import Example, Manifests


def theirs(**spec: object) -> Trouble:
    """A BGPPeer of others, of one node, sound but for what is given."""
    return present('BGPPeer', 'theirs', **{'node': 'node-1-1', 'peerIP': '192.0.2.1', 'asNumber': 65000, **spec})


PASSWORD = {'secretKeyRef': {'name': 'theirs', 'key': 'k'}}


def with_password(password: str) -> dict[str, object]:
    """A BGPPeer of others, and the Secret that holds its password."""
    metadata = {'name': 'theirs'}
    secret = {'apiVersion': 'v1', 'kind': 'Secret', 'metadata': metadata, 'stringData': {'k': password}}
    spec = {'node': 'node-1-1', 'peerIP': '192.0.2.1', 'asNumber': 65000, 'password': PASSWORD}
    peer = {'apiVersion': 'projectcalico.org/v3', 'kind': 'BGPPeer', 'metadata': metadata, 'spec': spec}
    node = {'apiVersion': 'v1', 'kind': 'Node', 'metadata': {'name': 'node-1-1'}}
    return {'apiVersion': 'v1', 'kind': 'List', 'items': [secret, peer, node]}


EXAMPLES = {
    'api-version-unknown': Manifests(
        {'apiVersion': 'projectcalico.org/v1', 'kind': 'BGPFilter', 'metadata': {'name': 'theirs'}},
        {'apiVersion': 'projectcalico.org/v3', 'kind': 'BGPFilter', 'metadata': {'name': 'theirs'}},
    ),
    'calico-address-shared': Example(
        running('node-1-2', addresses=(ip_interface('10.1.1.11/24'), ip_interface('fd00:1:1::c/64'))),
        running('node-1-2', addresses=(ip_interface('10.1.1.13/24'), ip_interface('fd00:1:1::c/64'))),
    ),
    'calico-annotation-ignored': Example(
        running('node-1-1', annotations={'projectcalico.org/ASNumber': 'many'}),
        running('node-1-1', annotations={'projectcalico.org/ASNumber': '0.64512'}),
    ),
    'calico-configuration-ignored': Example(
        present('BGPConfiguration', 'node-1-1', logSeverityScreen='Info'),
        present('BGPConfiguration', 'node.node-1-1', logSeverityScreen='Info'),
    ),
    'calico-filter-missing': Example(
        theirs(filters=['gone']), both(theirs(filters=['there']), present('BGPFilter', 'there', exportV4=[]))
    ),
    'calico-name-unknown': Example(theirs(peerIp='192.0.2.9'), theirs()),
    'calico-node-unknown': Example(theirs(node='node-9-9'), theirs(node='node-1-2')),
    'calico-peer-ignored': Example(theirs(peerIP='fe80::1%eth0'), theirs(peerIP='[fd00::1]:179')),
    'calico-password-unfit': Manifests(with_password('hunter2\n'), with_password('hunter2')),
    'calico-peer-without-as': Example(theirs(asNumber=0), theirs(asNumber=1)),
    'calico-reachable-by-both-families': Example(
        theirs(peerIP=None, asNumber=None, peerSelector='has(absent)', reachableBy='10.1.1.1'),
        theirs(reachableBy='10.1.1.1'),
    ),
    'calico-resource-refused': Example(theirs(asNumber=4200000000), theirs(asNumber=2147483647)),
    'calico-secret-missing': Example(
        theirs(password=PASSWORD), both(theirs(password=PASSWORD), observed(secrets={'theirs': frozenset({'k'})}))
    ),
    'calico-selector-ignored': Example(
        theirs(node=None, nodeSelector='a ='), theirs(node=None, nodeSelector="a == ''")
    ),
    'calico-workload-peer': Example(theirs(localWorkloadSelector='all()'), theirs()),
}
