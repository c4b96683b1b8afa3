"""What ``compare_config`` computes is what FRR does: the router's answer after the commit decides."""

from __future__ import annotations

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from napalm.base.exceptions import CommitError, MergeConfigException

from lab.errors import LabError
from lab.frr import Router
from napalm_frr import FRRDriver, grammar, merge
from napalm_frr.configuration import statements, tree
from tests.napalm_frr.conftest import BASE
from tests.napalm_frr.router import configure, reset, running

NEIGHBORS = ('10.1.1.11', '10.1.1.12', '10.1.1.99', '2001:DB8:0::5')
GROUPS = ('CAL-C1', 'CAL-C2')
FAMILIES = ('ipv4 unicast', 'ipv4', 'ipv6 unicast')

names = st.sampled_from([*NEIGHBORS, *GROUPS])
router_lines = st.one_of(
    st.builds('neighbor {} peer-group'.format, st.sampled_from(GROUPS)),
    st.builds('neighbor {} peer-group {}'.format, st.sampled_from(NEIGHBORS), st.sampled_from(GROUPS)),
    st.builds('neighbor {} remote-as {}'.format, names, st.sampled_from(['64512', '64513', 'external'])),
    st.builds('neighbor {} {}'.format, names, st.sampled_from([
        'description a rack switch', 'description b', 'timers 3 9', 'timers 10 30', 'timers connect 5', 'shutdown',
        'shutdown message for maintenance', 'password one', 'password two', 'port 179', 'port 1790', 'ebgp-multihop',
        'ebgp-multihop 3', 'update-source 10.0.0.1', 'advertisement-interval 5', 'passive', 'disable-connected-check',
        'capability extended-nexthop', 'activate', 'next-hop-self all', 'route-map CAL-C1-IN4 in', 'local-as 65099',
        'local-as 65099 no-prepend replace-as', 'enforce-first-as',
    ])),
    st.builds('bgp listen range {} peer-group {}'.format,
              st.sampled_from(['10.2.0.1/24', '10.3.0.0/24', '2001:db8:2::1/64']), st.sampled_from(GROUPS)),
    st.sampled_from([
        'bgp router-id 10.0.0.1', 'bgp router-id 10.0.0.2', 'bgp cluster-id 10.0.0.9', 'bgp listen limit 200',
        'bgp listen limit 100', 'bgp log-neighbor-changes', 'bgp ebgp-requires-policy', 'bgp default ipv4-unicast',
        'bgp bestpath as-path multipath-relax', 'bgp bestpath as-path multipath-relax as-set',
        'bgp bestpath as-path multipath-relax no-as-set', 'bgp deterministic-med', 'bgp network import-check',
        'bgp graceful-restart', 'bgp graceful-restart restart-time 120', 'bgp graceful-restart restart-time 60',
        'bgp graceful-restart stalepath-time 300', 'timers bgp 3 9', 'timers bgp 10 30', 'bgp fast-external-failover',
        'bgp default show-hostname', 'bgp suppress-duplicates', 'bgp client-to-client reflection',
        'bgp default local-preference 200', 'bgp default local-preference 100', 'bgp graceful-shutdown',
        'network 10.5.0.1/24', 'maximum-paths 16',
    ]),
)  # fmt: skip
family_lines = st.one_of(
    st.builds('neighbor {} {}'.format, names, st.sampled_from([
        'activate', 'as-override', 'maximum-prefix 500', 'maximum-prefix 500 75', 'maximum-prefix 1000 80 restart 5',
        'maximum-prefix 500 warning-only', 'maximum-prefix 500 75 restart 3', 'route-map CAL-C1-IN4 in',
        'route-map CAL-C1-OUT4 in', 'route-map CAL-C1-OUT4 out', 'prefix-list CAL-C1-IN4 in', 'allowas-in',
        'allowas-in 3', 'allowas-in 5', 'allowas-in origin', 'next-hop-self', 'next-hop-self force',
        'next-hop-self all', 'soft-reconfiguration inbound', 'default-originate',
        'default-originate route-map CAL-C1-IN4', 'send-community', 'send-community both', 'send-community all',
        'send-community extended', 'send-community large', 'remove-private-AS', 'remove-private-AS all',
        'addpath-tx-all-paths', 'addpath-tx-bestpath-per-AS', 'weight 100', 'weight 200',
        'filter-list F in', 'maximum-prefix-out 30', 'attribute-unchanged next-hop',
    ])),
    st.sampled_from(['maximum-paths 32', 'maximum-paths 64', 'maximum-paths ibgp 8', 'redistribute connected',
                     'redistribute connected route-map CAL-C1-IN4', 'redistribute static']),
)  # fmt: skip
ipv4_lines = st.sampled_from(
    [
        'network 10.6.0.1/24',
        'network 10.6.0.0/24 route-map CAL-C1-IN4',
        'aggregate-address 10.7.0.0/16',
        'aggregate-address 10.7.0.0/16 summary-only',
    ]
)
top_lines = st.one_of(
    st.builds('ip prefix-list {} {}{} {}'.format, st.sampled_from(['CAL-C1-IN4', 'NEW']),
              st.sampled_from(['', 'seq 10 ', 'seq 15 ']), st.sampled_from(['permit', 'deny']),
              st.sampled_from(['10.244.0.0/16 le 32', '10.8.1.1/24', 'any', '0.0.0.0/0 le 32',
                               '10.9.0.0/16 ge 24 le 28', '10.9.0.0/16 le 28 ge 24'])),
    st.builds('ipv6 prefix-list V6 seq {} permit {}'.format, st.sampled_from(['5', '10']),
              st.sampled_from(['FD00:10:244::/48 le 128', '::/0 le 128', 'any'])),
)  # fmt: skip
map_lines = st.sampled_from([
    'match ip address prefix-list CAL-C1-IN4', 'match ip address prefix-list NEW', 'match ipv6 address prefix-list V6',
    'match community C', 'set local-preference 200', 'set local-preference 300', 'set metric 5', 'on-match next',
    'set as-path prepend 65001', 'set as-path prepend 65001 65001', 'set community 65001:1', 'set origin igp',
    'set community 65001:1 additive', 'set ip next-hop 10.0.0.9', 'set ipv6 next-hop global 2001:DB8::1',
    'set large-community 65001:1:1', 'description some words', 'call OTHER', 'set weight 5', 'set tag 7',
])  # fmt: skip
maps = st.sampled_from(['CAL-C1-IN4 permit 10', 'CAL-C1-IN4 permit 20', 'CAL-C1-OUT4 deny 10'])


def block(head: str, lines: st.SearchStrategy[str], depth: int) -> st.SearchStrategy[str]:
    signed = st.builds(lambda off, line: f'no {line}' if off else line, st.sampled_from([False, False, True]), lines)
    body = st.lists(signed, min_size=1, max_size=3)
    return body.map(lambda found: head + ''.join(f'{" " * depth}{line}\n' for line in found))


def family(name: str) -> st.SearchStrategy[str]:
    lines = st.one_of(family_lines, ipv4_lines) if name.startswith('ipv4') else family_lines
    return block(f'router bgp 65001\n address-family {name}\n', lines, 2).map(
        lambda text: f'{text} exit-address-family\nexit\n'
    )


changes = st.lists(
    st.one_of(
        block('router bgp 65001\n', router_lines, 1).map(lambda text: f'{text}exit\n'),
        st.sampled_from(FAMILIES).flatmap(family),
        block('', top_lines, 0),
        maps.flatmap(lambda name: block(f'route-map {name}\n', map_lines, 1)).map(lambda text: f'{text}exit\n'),
        st.builds('no route-map {}\n'.format, maps),
        st.builds('router bgp 65001\n no neighbor {}\nexit\n'.format, st.sampled_from(
            [*NEIGHBORS, 'CAL-C1 peer-group', 'CAL-C2 peer-group', '10.1.1.11 remote-as', 'CAL-C1 remote-as 64512'])),
    ),
    min_size=1,
    max_size=4,
).map(''.join)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(change=changes)
@example(change='router bgp 65001\n neighbor 10.1.1.99 peer-group CAL-C1\nexit\n')
def test_a_random_merge_leaves_exactly_what_was_computed(router: Router, driver: FRRDriver, change: str) -> None:
    """A merge that FRR rejects leaves everything as it was."""
    before = tree(running(router))
    expected, _ = merge.merged(before, statements(change))
    try:
        driver.load_merge_candidate(config=change)
        shown = driver.compare_config()
        driver.commit_config()
    except (MergeConfigException, CommitError):
        assert tree(running(router)) == before
        return
    try:
        assert tree(running(router)) == expected
        assert bool(shown) == (expected != before)
    finally:
        reset(router, BASE)


def test_defaults_that_we_take_for_hidden_are_hidden(router: Router) -> None:
    for line in sorted({*grammar.HIDDEN, grammar.HIDDEN_TIMERS['datacenter']}):
        configure(router, 'router bgp 65001', line)
        assert tree(running(router)) == tree(BASE), line


def test_commands_that_can_be_off_are_printed_as_we_expect(router: Router) -> None:
    """Those that this version of FRR knows; a newer one knows some more."""
    known = 0
    for command in grammar.SWITCHES:
        if not command.startswith('bgp '):
            continue
        default = grammar.switch(command, 'datacenter')
        for on in (False, True):
            line = command if on else f'no {command}'
            try:
                configure(router, 'router bgp 65001', line)
            except LabError:
                continue
            known += 1
            shown = {command, f'no {command}'} & set(tree(running(router))['router bgp 65001'])
            assert shown == (set() if on == default else {line}), line
    assert known > 20


def test_a_line_replaces_the_one_that_sets_the_same(driver: FRRDriver) -> None:
    driver.load_merge_candidate(
        config='router bgp 65001\n neighbor 10.1.1.99 remote-as 65010\n address-family ipv4 unicast\n'
        '  maximum-paths 32\n'
    )
    assert driver.compare_config().splitlines() == [
        '  router bgp 65001',
        '-  neighbor 10.1.1.99 remote-as 65009',
        '+  neighbor 10.1.1.99 remote-as 65010',
        '   address-family ipv4 unicast',
        '-   maximum-paths 64',
        '+   maximum-paths 32',
    ]
    driver.load_merge_candidate(config='route-map CAL-C1-IN4 permit 10\n match ip address prefix-list OTHER\n')
    assert driver.compare_config().splitlines() == [
        '  route-map CAL-C1-IN4 permit 10',
        '-  match ip address prefix-list CAL-C1-IN4',
        '+  match ip address prefix-list OTHER',
    ]


def test_removing_a_group_shows_its_members_going_too(driver: FRRDriver, router: Router) -> None:
    """FRR drops members without a word."""
    driver.load_merge_candidate(config='router bgp 65001\n no neighbor CAL-C1 peer-group\n')
    shown = driver.compare_config()
    assert '-  neighbor 10.1.1.11 peer-group CAL-C1' in shown.splitlines()
    assert '10.1.1.99' not in shown
    driver.commit_config()
    assert 'CAL-C1 ' not in running(router).replace('route-map CAL-C1', '')
