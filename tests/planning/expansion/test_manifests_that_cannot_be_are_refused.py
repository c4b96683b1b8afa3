from __future__ import annotations

from typing import Any

import pytest

from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.expansion import Resources

from .manifests import TOR, V1, V3, manifest, secret


@pytest.mark.parametrize(
    ('spec', 'says'),
    [
        ({'asNumber': 65001.5}, r'spec\.asNumber: 65001\.5 is no AS number: write it plain'),
        ({'asNumber': -1}, r'spec\.asNumber: AS number -1 is out of range'),
        ({'asNumber': True}, r'spec\.asNumber: True is no AS number'),
        ({'peerIP': 10}, r'spec\.peerIP is 10; write it as text, in quotes'),
        ({'filters': 'one'}, r"spec\.filters is 'one'; write a list of names"),
        ({'keepOriginalNextHop': 'yes'}, r"spec\.keepOriginalNextHop is 'yes'; write true or false"),
        ({'ttlSecurity': 256}, r'spec\.ttlSecurity is 256; write a number from 0 to 255'),
        ({'nextHopMode': 'self'}, r"spec\.nextHopMode is 'self'; write one of Auto, Self, Keep"),
        ({'reversePeering': 'Off'}, r"spec\.reversePeering is 'Off'; write one of Auto, Manual"),
        ({'maxRestartTime': '45'}, r"spec\.maxRestartTime is '45', which is no duration; write it with units, as 45s"),
        ({'maxRestartTime': '1s 2s'}, r'no duration'),
        ({'password': 'hunter2'}, r'spec\.password is a str; write a mapping there'),
        ({'password': {'secretKeyRef': {'name': 1}}}, r'spec\.password\.secretKeyRef\.name is 1; write it as text'),
        ([], r'BGPPeer/tor: spec is a list; write a mapping there'),
    ],
)
def test_a_field_that_cannot_be_is_refused_with_object_field_and_mend(spec: Any, says: str) -> None:
    with pytest.raises(InvalidInput, match=says) as caught:
        Resources.from_objects([manifest(V3, 'BGPPeer', 'tor', spec)])
    assert str(caught.value).startswith('BGPPeer/tor: ')
    assert 'hunter2' not in str(caught.value)


def test_two_objects_of_one_name_that_differ_are_refused() -> None:
    with pytest.raises(InvalidInput, match='BGPPeer/tor is given twice and differs'):
        Resources.from_objects([manifest(V3, 'BGPPeer', 'tor', TOR), manifest(V1, 'BGPPeer', 'tor')])
    with pytest.raises(InvalidInput, match='Secret/bgp is given twice and differs'):
        Resources.from_objects([secret('bgp', 'a', one='x'), secret('bgp', 'a', two='x')])


@pytest.mark.parametrize(
    ('document', 'says'),
    [
        ('text', r'A document is no Kubernetes object \(str\): write one with apiVersion, kind and metadata'),
        (
            {'apiVersion': V3, 'kind': 'BGPPeer', 'metadata': {'name': 7}},
            r'BGPPeer/7: metadata\.name is 7; write it as',
        ),
        ({'apiVersion': V3, 'kind': 'BGPPeer'}, r'kind BGPPeer has no name: write one at metadata\.name'),
        ({'apiVersion': V3, 'kind': 'BGPPeerList', 'items': [1]}, 'An item of a BGPPeerList is no Kubernetes object'),
        ({'apiVersion': 'v1', 'kind': 'List', 'items': {}}, r'The items of a List are no list \(dict\): write one'),
        ({'nodes': [], 'resources': []}, 'A document has no kind: write apiVersion and kind'),
        ({'apiVersion': 'v1', 'kind': 'List', 'items': [{'kind': ''}]}, 'An item of a List has no kind'),
    ],
)
def test_what_is_no_object_is_refused(document: Any, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        Resources.from_objects([document])


def test_labels_have_to_be_text() -> None:
    with pytest.raises(InvalidInput, match=r'Node/n1: metadata\.labels\.drain is True; write it as text, in quotes'):
        Resources.from_objects([manifest('v1', 'Node', 'n1', labels={'drain': True})])


@pytest.mark.parametrize('case', [{'nodes': {}}, {'nodes': ['n1']}, {'resources': 'x'}])
def test_a_case_of_another_form_is_refused(case: Any) -> None:
    with pytest.raises(InvalidInput, match=r'The case: \w+ is something else; write a list of mappings'):
        Resources.from_case(case)
