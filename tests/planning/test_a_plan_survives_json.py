"""A plan as JSON is the plan."""

from __future__ import annotations

import json
from ipaddress import ip_address

import pytest

from netbox_calico.planning.codec import decode, encode
from netbox_calico.planning.digest import document, plain
from netbox_calico.planning.errors import InvalidInput
from netbox_calico.planning.model.plan import Operation
from netbox_calico.planning.plan import plan_digest
from tests.planning.plan_as_text import PLANS


@pytest.mark.parametrize('name', PLANS)
def test_there_and_back(name: str) -> None:
    plan = PLANS[name]()
    again = decode(json.loads(json.dumps(encode(plan))))
    assert again == plan
    assert plan_digest(again) == plan_digest(plan)


@pytest.mark.parametrize(
    'change',
    [
        {'steps': None},
        {'sessions': [{'node': 'a'}]},
        {'findings': [{'severity': 'grave', 'code': '', 'subject': '', 'message': ''}]},
        {'colour': 'red'},
    ],
)
def test_what_is_no_plan_is_refused_in_words(change: dict) -> None:
    changed = {**encode(PLANS['join-1-rack-2-tors-ipv4']()), **change}
    with pytest.raises(InvalidInput, match='no plan of this version'):
        decode(changed)


@pytest.mark.parametrize('name', PLANS)
def test_a_document_is_the_json_of_the_plain_value(name: str) -> None:
    plan = PLANS[name]()
    assert document(plan) == json.dumps(plain(plan), sort_keys=True, ensure_ascii=False)


def test_a_document_knows_all_that_a_plan_is_made_of() -> None:
    odd = {'set': frozenset({ip_address('::1'), ip_address('10.0.0.1')}), 'pair': (None, 1), 'enum': Operation.CREATE}
    assert document(odd) == '{"enum": "create", "pair": [null, 1], "set": ["10.0.0.1", "::1"]}'
