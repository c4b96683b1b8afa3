"""Configuration text is read as FRR reads it: by context, however it is indented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from napalm_frr.configuration import flatten, statements, tree
from napalm_frr.on_device.lines import Path, commands, paths
from tests.napalm_frr.conftest import BASE

WANTED = [
    ('ip prefix-list P seq 5 permit any',),
    ('route-map M permit 10',),
    ('route-map M permit 10', 'match ip address prefix-list P'),
    ('router bgp 65001',),
    ('router bgp 65001', 'neighbor G peer-group'),
    ('router bgp 65001', 'address-family ipv4 unicast'),
    ('router bgp 65001', 'address-family ipv4 unicast', 'neighbor G activate'),
    ('router bgp 65001', 'address-family ipv6 unicast'),
    ('router bgp 65001', 'address-family ipv6 unicast', 'neighbor G activate'),
    ('ip prefix-list Q seq 5 permit any',),
]
AS_FRR_PRINTS = """!
ip prefix-list P seq 5 permit any
!
route-map M permit 10
 match ip address prefix-list P
exit
!
router bgp 65001
 neighbor G peer-group
 !
 address-family ipv4 unicast
  neighbor G activate
 exit-address-family
 !
 address-family ipv6 unicast
  neighbor G activate
 exit-address-family
exit
!
ip prefix-list Q seq 5 permit any
end
"""
OLD_STYLE = AS_FRR_PRINTS.replace('\nexit\n', '\n')
WITHOUT_EXITS = OLD_STYLE.replace(' exit-address-family\n', '')
FLAT = '\n'.join(line.strip() for line in AS_FRR_PRINTS.splitlines())
FLAT_WITHOUT_EXITS = '\n'.join(line.strip() for line in WITHOUT_EXITS.splitlines())
TABS = AS_FRR_PRINTS.replace('  ', '\t\t').replace('\n ', '\n\t')
FOUR_SPACES = AS_FRR_PRINTS.replace('\n  ', '\n        ').replace('\n ', '\n    ')
CARELESS = AS_FRR_PRINTS.replace('!\n', '\n# a remark\n').replace('neighbor G', 'neighbor   G ')


@pytest.mark.parametrize(
    'text', [AS_FRR_PRINTS, OLD_STYLE, WITHOUT_EXITS, FLAT, FLAT_WITHOUT_EXITS, TABS, FOUR_SPACES, CARELESS]
)
def test_every_way_of_writing_it_means_the_same(text: str) -> None:
    assert statements(text) == WANTED


def test_negative_lines_open_nothing() -> None:
    text = 'no router bgp 65002\nno route-map M permit 20\nrouter bgp 65001\n no neighbor 10.0.0.1\n'
    assert statements(text) == [
        ('no router bgp 65002',),
        ('no route-map M permit 20',),
        ('router bgp 65001',),
        ('router bgp 65001', 'no neighbor 10.0.0.1'),
    ]


def test_exit_leaves_one_context_also_when_it_is_indented() -> None:
    text = 'router bgp 1\n address-family ipv4 unicast\n  network 10.0.0.0/8\n  exit\n bgp router-id 10.0.0.1\n'
    text += ' exit\nlog stdout\n'
    assert statements(text)[-3:] == [
        ('router bgp 1', 'address-family ipv4 unicast', 'network 10.0.0.0/8'),
        ('router bgp 1', 'bgp router-id 10.0.0.1'),
        ('log stdout',),
    ]


def test_the_router_reads_what_frr_prints_in_the_same_way() -> None:
    assert paths(BASE) == statements(BASE) == flatten(tree(BASE))


@given(st.lists(st.sampled_from([path for path in WANTED if len(path) != 2 or path[0] != 'route-map M permit 10'])))
def test_what_is_written_for_the_router_keeps_every_line_and_their_order(wanted: list[Path]) -> None:
    """Contexts that have to be entered come on top."""
    written = iter(statements('\n'.join(commands(wanted))))
    assert all(path in written for path in wanted)  # each one after the one before
