"""Going back undoes our change and nothing else; as a calculation, apart from any router."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from napalm_frr.on_device.lines import Path, commands, lost, paths, undone

LINES: list[Path] = [
    ('hostname tor1',),
    ('ip prefix-list P seq 5 permit any',),
    ('ip prefix-list P seq 10 permit 10.0.0.0/8',),
    ('router bgp 65001', 'neighbor 10.0.0.1 remote-as 65002'),
    ('router bgp 65001', 'neighbor 10.0.0.2 remote-as 65002'),
    ('router bgp 65001', 'address-family ipv4 unicast', 'neighbor 10.0.0.1 activate'),
    ('router bgp 65001', 'address-family ipv4 unicast', 'maximum-paths 8'),
    ('route-map M permit 10', 'match ip address prefix-list P'),
    ('route-map M permit 10', 'set metric 5'),
]
configurations = st.sets(st.sampled_from(LINES)).map(lambda chosen: '\n'.join(commands(sorted(chosen))) + '\n')


def leaves(text: str) -> set[Path]:
    return set(paths(text)) & set(LINES)


@given(configurations, configurations)
def test_without_foreign_changes_it_is_the_text_before(before: str, after: str) -> None:
    assert undone(before, after, after) == before


@given(configurations, configurations, configurations)
def test_foreign_changes_stay_and_ours_go(before: str, after: str, now: str) -> None:
    was, left, have = leaves(before), leaves(after), leaves(now)
    foreign_added, foreign_removed = have - left, left - have
    assert leaves(undone(before, after, now)) == (was - foreign_removed) | foreign_added


@given(configurations, configurations)
def test_a_change_that_is_in_place_is_not_lost(before: str, after: str) -> None:
    assert lost(before, after, after) == []


@given(configurations, configurations)
def test_a_change_that_was_undone_is_lost(before: str, after: str) -> None:
    changed = set(paths(before)) ^ set(paths(after))
    assert set(lost(before, after, before)) == changed


@given(configurations)
def test_what_is_written_is_read_back(text: str) -> None:
    assert '\n'.join(commands(paths(text))) == text.rstrip('\n')
