from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from netbox_calico.planning.expansion import Resources, expand
from netbox_calico.planning.expansion.vocabulary import FIELDS

from .manifests import TOR, V3, kubernetes_node, manifest

CRDS = Path(__file__).parents[3] / 'lab/kubernetes/crds/crd.projectcalico.org'


def told(*objects: dict[str, Any], release: tuple[int, int] = (3, 32)) -> list[tuple[str, str, str]]:
    found = expand(Resources.from_objects([kubernetes_node(IPv4Address='10.0.0.1/24'), *objects]), release=release)
    return [(finding.code, finding.subject, finding.message) for finding in found.findings]


@pytest.mark.parametrize('kind', FIELDS)
def test_all_fields_of_the_crds_are_known(kind: str) -> None:
    crd = yaml.safe_load((CRDS / f'{kind.lower()}s.yaml').read_text())
    (version,) = crd['spec']['versions']
    assert FIELDS[kind] == version['schema']['openAPIV3Schema']['properties']['spec']['properties'].keys()


@pytest.mark.parametrize(
    ('kind', 'field', 'mend'),
    [
        ('BGPPeer', 'peerIp', 'did you mean peerIP?'),
        ('BGPPeer', 'nodeselector', 'did you mean nodeSelector?'),
        ('BGPPeer', 'asNum', 'did you mean asNumber?'),
        ('BGPPeer', 'failureDetectionMode', 'take it out.'),
        ('BGPConfiguration', 'nodeToNodeMesh', 'did you mean nodeToNodeMeshEnabled?'),
        ('BGPFilter', 'exportv4', 'did you mean exportV4?'),
    ],
)
def test_a_field_that_is_misspelt(kind: str, field: str, mend: str) -> None:
    spec = {'peerIP': '10.0.0.254', 'asNumber': 65001} if kind == 'BGPPeer' else {}
    assert told(manifest(V3, kind, 'default', {**spec, field: None})) == [
        ('calico-name-unknown', f'{kind}/default', f'Calico knows no spec.{field}, and nothing comes of it: {mend}')
    ]


@pytest.mark.parametrize('kind', ['BgpPeer', 'bgppeers', 'BGPPeers'])
def test_a_kind_that_is_misspelt(kind: str) -> None:
    message = f'It is passed over, for there is no kind {kind}: write BGPPeer.'
    assert told(manifest(V3, kind, 'tor', TOR)) == [('calico-name-unknown', f'{kind}/tor', message)]


@pytest.mark.parametrize(('field', 'value', 'since'), [('localASNumber', 65002, 31), ('keepaliveTime', '10s', 32)])
def test_a_field_that_is_newer_than_the_release(field: str, value: object, since: int) -> None:
    peer = manifest(V3, 'BGPPeer', 'tor', {**TOR, field: value})
    assert told(peer, release=(3, since)) == []
    message = f'Calico knows spec.{field} from 3.{since} on, and nothing comes of it before: upgrade, or take it out.'
    assert told(peer, release=(3, since - 1)) == [('calico-name-unknown', 'BGPPeer/tor', message)]


@pytest.mark.parametrize(
    ('spec', 'reason'),
    [
        ({'node': 'n1'}, 'node and nodeSelector stand together'),
        ({'peerSelector': 'all()', 'asNumber': None}, 'peerIP and peerSelector stand together'),
        ({'peerSelector': 'all()', 'peerIP': None}, 'peerSelector and asNumber stand together'),
        ({'asNumber': 4200000000}, 'asNumber 4200000000 is larger than 2147483647'),
        ({'localASNumber': 4200000000}, 'localASNumber 4200000000 is larger than 2147483647'),
    ],
)
def test_a_bgp_peer_that_the_api_refuses(spec: dict[str, Any], reason: str) -> None:
    ((code, subject, message),) = told(manifest(V3, 'BGPPeer', 'tor', {**TOR, **spec}))
    assert (code, subject) == ('calico-resource-refused', 'BGPPeer/tor')
    assert message.startswith(f'The Kubernetes API refuses it: {reason}; ')


def test_a_configuration_that_the_api_refuses() -> None:
    ((code, subject, _),) = told(manifest(V3, 'BGPConfiguration', 'default', {'asNumber': 2147483648}))
    assert (code, subject) == ('calico-resource-refused', 'BGPConfiguration/default')
    assert told(manifest(V3, 'BGPConfiguration', 'default', {'asNumber': 2147483647})) == []
