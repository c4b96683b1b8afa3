"""Names of objects, keys and labels: what Kubernetes takes, the same every time, one for each thing."""

from __future__ import annotations

import re
from ipaddress import IPv4Address

from hypothesis import example, given
from hypothesis import strategies as st

from netbox_calico.planning.model.inventory import Rack
from netbox_calico.planning.naming import (
    FILTER_NAME_MAX,
    LABEL_VALUE_MAX,
    NAME_MAX,
    SECRET_KEY_MAX,
    group_name,
    group_names,
    leaving_id,
    natural,
    rack_values,
    resource_name,
    secret_key,
)

texts = st.text(min_size=1, max_size=300)
SUBDOMAIN = re.compile(r'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')
LABEL = re.compile(r'[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?')
SECRET_KEY = re.compile(r'[-._a-zA-Z0-9]+')


@given(texts, st.sampled_from([FILTER_NAME_MAX, NAME_MAX]))
@example('x' * 300, NAME_MAX)
@example('x' * 300, FILTER_NAME_MAX)
def test_resource_names_are_subdomains_of_limited_length(text: str, limit: int) -> None:
    name = resource_name('cal', 'c1', text, '4', limit=limit)
    assert SUBDOMAIN.fullmatch(name)
    assert len(name) <= limit
    assert name == resource_name('cal', 'c1', text, '4', limit=limit)


@given(texts, texts)
def test_two_texts_make_two_names(one: str, other: str) -> None:
    made = {resource_name('cal', text, limit=FILTER_NAME_MAX) for text in (one, other)}
    keys = {secret_key(text) for text in (one, other)}
    assert len(made) == len(keys) == len({one, other})


def test_a_plain_name_stays_readable() -> None:
    assert resource_name('cal', 'c1', 'tor-1.example.net', '4') == 'cal-c1-tor-1.example.net-4'
    assert secret_key('tor-1.example.net') == 'tor-1.example.net'
    assert resource_name('cal', 'c1', 'TOR 1', '4').startswith('cal-c1-tor-1-4-')


@given(texts)
def test_secret_keys(text: str) -> None:
    assert SECRET_KEY.fullmatch(secret_key(text))
    assert len(secret_key(text)) <= SECRET_KEY_MAX


@given(st.lists(st.builds(Rack, st.integers(1, 10**6), texts), unique_by=lambda rack: rack.id))
def test_rack_values_are_labels_and_differ(racks: list[Rack]) -> None:
    values = rack_values(racks)
    assert set(values) == {rack.id for rack in racks}
    assert len(set(values.values())) == len(racks)
    assert all(LABEL.fullmatch(value) and len(value) <= LABEL_VALUE_MAX for value in values.values())
    assert rack_values(reversed(racks)) == values


@given(
    st.lists(st.builds(Rack, st.integers(1, 99), st.sampled_from(['A', 'B', 'a b', 'a-b'])), unique_by=lambda r: r.id)
)
def test_a_new_rack_renames_no_other(racks: list[Rack]) -> None:
    before = rack_values(racks)
    after = rack_values([*racks, Rack(100, 'A'), Rack(101, 'a b')])
    assert {key: after[key] for key in before} == before


def test_a_rack_of_a_valid_name_bears_it() -> None:
    assert rack_values([Rack(7, 'R1'), Rack(3, 'R1'), Rack(9, 'DC2 R1')])[3] == 'R1'


@given(st.text(alphabet='abc-', min_size=1, max_size=20))
def test_the_mark_of_leaving_is_an_address_that_nobody_routes(handle: str) -> None:
    assert IPv4Address(leaving_id(handle)).is_reserved
    assert leaving_id(handle) == leaving_id(handle)


def test_groups_of_a_cluster_are_not_those_of_another_with_a_longer_handle() -> None:
    assert group_name('a-b', 4) not in group_names('a')
    assert group_name('a', 4) in group_names('a')


def test_natural_order() -> None:
    assert sorted(['rack-10', 'rack-2', 'rack-1', 'a'], key=natural) == ['a', 'rack-1', 'rack-2', 'rack-10']
