"""A plan as JSON is the plan."""

from __future__ import annotations

import json

import pytest

from netbox_calico.planning.codec import decode, encode
from netbox_calico.planning.errors import InvalidInput
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
    document = {**encode(PLANS['join-1-rack-2-tors-ipv4']()), **change}
    with pytest.raises(InvalidInput, match='no plan of this version'):
        decode(document)
