from __future__ import annotations

import base64

import pytest

from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.expansion import Resources, secret_of_keys

from .manifests import TOR, V3, manifest, secret


def test_of_secrets_the_names_of_keys_are_kept_and_no_value() -> None:
    both = {**secret('bgp', one='hunter2', empty=''), 'stringData': {'two': 'hunter3'}}
    found = Resources.from_objects([both])
    assert found.secrets == {'bgp': {'one': 0, 'two': 1}}
    assert 'hunter' not in repr(found)
    assert base64.b64encode(b'hunter2').decode() not in repr(found)


def test_of_values_it_is_known_which_are_equal_however_they_are_written() -> None:
    plain = {'apiVersion': 'v1', 'kind': 'Secret', 'metadata': {'name': 'b'}}
    found = Resources.from_objects(
        [secret('a', one='hunter2', two='x'), {**plain, 'data': {'odd': 'no base64'}, 'stringData': {'one': 'hunter2'}}]
    ).secrets
    assert found['a']['one'] == found['b']['one']
    assert len({found['a']['one'], found['a']['two'], found['b']['odd']}) == 3


def test_only_secrets_of_the_agents_namespace_count_if_it_is_named() -> None:
    objects = [secret('a', 'calico-system', key='x'), secret('b', 'kube-system', key='x'), secret('c', key='x')]
    assert set(Resources.from_objects(objects).secrets) == {'a', 'b', 'c'}
    assert set(Resources.from_objects(objects, 'calico-system').secrets) == {'a'}
    assert set(Resources.from_objects(objects, 'default').secrets) == {'c'}


def test_a_secret_that_cannot_be_read_does_not_show_what_is_in_it() -> None:
    found = {'apiVersion': 'v1', 'kind': 'Secret', 'metadata': {'name': 'bgp'}}
    with pytest.raises(InvalidInput, match='Secret/bgp: data is a str') as caught:
        Resources.from_objects([{**found, 'data': 'hunter2'}])
    assert 'hunter2' not in str(caught.value)
    with pytest.raises(InvalidInput, match=r'Secret/bgp: stringData\.tor is no text; write it in quotes') as caught:
        Resources.from_objects([{**found, 'stringData': {'tor': 4711}}])
    assert '4711' not in str(caught.value)


def test_a_secret_that_differs_between_namespaces_has_to_be_settled_if_it_is_needed() -> None:
    secrets = [secret('bgp', 'a', one='x'), secret('bgp', 'b', two='x')]
    tor = manifest(V3, 'BGPPeer', 'tor', {**TOR, 'password': {'secretKeyRef': {'name': 'bgp', 'key': 'two'}}})
    with pytest.raises(InvalidInput, match=r'Secret/bgp is in the namespaces a, b and differs: .*--namespace'):
        Resources.from_objects([*secrets, tor])
    assert Resources.from_objects([*secrets, tor], 'b').secrets == {'bgp': {'two': 0}}
    assert Resources.from_objects([*secrets, manifest(V3, 'BGPPeer', 'tor', TOR)]).findings == ()


def test_of_secrets_whose_values_nobody_knows_each_is_another() -> None:
    long = 'x' * 81
    password = {'secretKeyRef': {'name': 'a', 'key': long}}
    secrets = [secret_of_keys('a', [long, 'y']), secret_of_keys('b', [long])]
    found = Resources.from_objects([*secrets, manifest(V3, 'BGPPeer', 'tor', {**TOR, 'password': password})])
    assert len({number for keys in found.secrets.values() for number in keys.values()}) == 3
    assert found.findings == ()
