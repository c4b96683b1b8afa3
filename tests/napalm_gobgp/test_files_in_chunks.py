"""A file in chunks is the same file, and a change is taken out of it again whatever others did meanwhile."""

from __future__ import annotations

import tomllib

from napalm_gobgp.candidate import Candidate
from napalm_gobgp.on_device.chunks import joined, lost, split, undone
from napalm_gobgp.on_device.router import stages
from tests.napalm_gobgp.conftest import BASE
from tests.napalm_gobgp.tables import tables

AFTER = Candidate.parse(tables()).applied(BASE)
THEIRS = '\n[[neighbors]]\nconfig.neighbor-address = "10.9.9.9"\nconfig.peer-as = 65009\n'


def test_the_chunks_are_the_text_and_each_says_something_by_itself() -> None:
    for text in (BASE, AFTER, AFTER + THEIRS):
        assert joined(split(text)) == text
        for chunk in split(text):
            tomllib.loads(chunk.text)
    assert [chunk.heading for chunk in split(BASE) if chunk.heading] == [
        'global.config',
        'global.apply-policy.config',
        'defined-sets.prefix-sets',
        'policy-definitions',
        'peer-groups',
        'neighbors',
    ]


def test_going_back_keeps_what_others_added_and_what_they_removed() -> None:
    assert undone(BASE, AFTER, AFTER) == BASE
    assert tomllib.loads(undone(BASE, AFTER, AFTER + THEIRS)) == tomllib.loads(BASE + THEIRS)
    theirs = BASE[BASE.index('[[neighbors]]') : BASE.index('# The last')]
    assert tomllib.loads(undone(BASE, AFTER, AFTER.replace(theirs, ''))) == tomllib.loads(BASE.replace(theirs, ''))


def test_what_is_no_longer_so_is_named() -> None:
    assert lost(BASE, AFTER, AFTER + THEIRS) == []
    assert lost(BASE, AFTER, AFTER.replace('"10.1.1.12"', '"10.1.1.13"')) == ['defined-sets.neighbor-sets', 'neighbors']
    assert set(lost(BASE, AFTER, BASE)) == {
        'defined-sets.neighbor-sets',
        'defined-sets.prefix-sets',
        'policy-definitions',
        'peer-groups',
        'neighbors',
        'global.apply-policy.config',
    }


def test_members_leave_before_their_group_and_policies_last() -> None:
    assert list(stages(BASE, AFTER)) == [AFTER]
    other = Candidate.parse(tables(hold_time=60)).applied(AFTER)
    first, second, last = (tomllib.loads(text) for text in stages(AFTER, other))
    assert len(first['neighbors']) == 1
    assert first['peer-groups'] == tomllib.loads(AFTER)['peer-groups']
    assert len(second['peer-groups']) == 1
    assert second['policy-definitions'] == first['policy-definitions']
    assert second != first
    assert last == tomllib.loads(other)
