"""What the renderer claims about FRR, on FRR."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lab.frr import Router
from netbox_calico.planning.model.intent import RouterSection
from netbox_calico.render import RENDERERS
from tests.render.frr.sections import any_section, group, section

FRR = RENDERERS['frr']
PASSWORDS = {'${secret:calico-bgp/tor1}': 'pa55', '${secret:calico-bgp/tor1-new}': 'w0rd'}
# Each example loads a router; the model of FRR takes the many, this one keeps the model honest.
few = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def running(router: Router) -> str:
    return router.vtysh('show running-config')


def load(router: Router, artefact: str) -> None:
    """Send lines; vtysh fails when FRR refuses one."""
    for reference, password in PASSWORDS.items():
        artefact = artefact.replace(reference, password)
    lines = router.folder / 'lines.conf'  # newer releases read nothing from a pipe
    lines.write_text(artefact)
    router.namespace.run(['vtysh', '-f', str(lines)])


def read(router: Router, handle: str = 'c1') -> str:
    names = {password: reference[9:-1] for reference, password in PASSWORDS.items()}
    return FRR.owned(running(router), handle, lambda password: names.get(password, 'unknown'))


def bring(router: Router, wanted: RouterSection) -> None:
    load(router, FRR.change(read(router, wanted.handle), wanted).artefact)


def nothing(handle: str = 'c1') -> RouterSection:
    return section(handle=handle)


@pytest.fixture
def router(frr_router: Router) -> Router:
    return frr_router


@few
@given(first=any_section(), second=any_section(), default=st.booleans())
def test_every_change_reads_back_equal_there_and_back(
    router: Router, first: RouterSection, second: RouterSection, default: bool
) -> None:
    alone = running(router)
    load(router, f'router bgp 65001\n {"" if default else "no "}bgp default ipv4-unicast\nexit\n')
    bring(router, first)
    before = read(router)
    assert before == FRR.change('', first).after

    change = FRR.change(before, second)
    load(router, change.artefact)
    assert read(router) == change.after
    assert FRR.change(read(router), second).artefact == ''

    load(router, change.undo)
    assert read(router) == before

    bring(router, nothing())
    load(router, 'router bgp 65001\n bgp default ipv4-unicast\nexit\n')
    assert running(router) == alone


@few
@given(any_section())
def test_what_is_drained_is_as_if_it_had_been_sent_so(router: Router, wanted: RouterSection) -> None:
    bring(router, wanted)
    change = FRR.drain(read(router))
    load(router, change.artefact)
    drained = replace(wanted, groups=tuple(replace(group, drained=True) for group in wanted.groups))
    assert read(router) == change.after == FRR.change('', drained).after
    assert FRR.drain(change.after).artefact == ''
    bring(router, nothing())


def test_of_two_clusters_one_goes_and_the_other_stays_byte_for_byte(router: Router) -> None:
    alone = running(router)
    other_nodes = (ip_address('10.1.1.21'), ip_address('10.1.1.22'))
    bring(router, section(group(4), group(6)))
    first = running(router)
    other = section(group(4, handle='c2', remote_as=64513, nodes=other_nodes), handle='c2')
    bring(router, other)
    assert read(router, 'c2') == FRR.change('', other).after

    bring(router, nothing('c2'))
    assert running(router) == first
    bring(router, nothing())
    assert running(router) == alone


MEDDLING = [
    'ip prefix-list CAL-C1-IN4 seq 1 deny 10.244.9.0/24 le 32',
    'ip prefix-list CAL-C1-IN4 description ours',
    'route-map CAL-C1-IN4 permit 5\n set local-preference 50\nexit',
    'route-map CAL-C1-IN4 permit 10\n set metric 7\nexit',
    'no route-map CAL-C1-IN4 deny 65535',
    'no ip prefix-list CAL-C1-IN4',
    'no route-map CAL-C1-OUT4\nroute-map CAL-C1-OUT4 deny 10\n match ip address prefix-list CAL-C1-OUT4\nexit',
    'router bgp 65001\n neighbor CAL-C1-4 timers connect 5\n neighbor 10.1.1.11 shutdown\nexit',
    'router bgp 65001\n neighbor CAL-C1-4 remote-as 64999\n no neighbor 10.1.1.12\nexit',
    'router bgp 65001\n neighbor CAL-C1-4 password other\n neighbor CAL-C1-4 ebgp-multihop 3\nexit',
    'router bgp 65001\n address-family ipv4 unicast\n  neighbor CAL-C1-4 prefix-list UPLINK-IN in\n'
    '  neighbor 10.1.1.11 allowas-in 2\n  no neighbor CAL-C1-4 as-override\n exit-address-family\nexit',
    'router bgp 65001\n address-family ipv4 unicast\n  no neighbor CAL-C1-4 activate\n exit-address-family\n'
    ' address-family ipv6 unicast\n  neighbor CAL-C1-4 activate\n exit-address-family\nexit',
    'router bgp 65001\n neighbor CAL-C1-X peer-group\n neighbor CAL-C1-X remote-as 64512\n'
    ' bgp listen range 10.9.0.0/24 peer-group CAL-C1-X\nexit',
    'router bgp 65001\n no neighbor CAL-C1-4 peer-group\nexit',
]


@pytest.mark.parametrize('lines', MEDDLING)
def test_what_others_did_to_our_part_is_seen_and_mended(router: Router, lines: str) -> None:
    wanted = section(group(4, password_key='tor1'))
    alone = running(router)
    bring(router, wanted)
    load(router, lines + '\n')
    meddled = read(router)
    change = FRR.change(meddled, wanted)
    assert change.artefact != ''
    load(router, change.artefact)
    assert read(router) == change.after
    bring(router, nothing())
    assert running(router) == alone


@pytest.mark.parametrize('lines', [lines for lines in MEDDLING if 'password other' not in lines])
def test_the_undo_brings_back_what_stood_there(router: Router, lines: str) -> None:
    wanted = section(group(4, password_key='tor1'))
    bring(router, wanted)
    load(router, lines + '\n')
    meddled = read(router)
    change = FRR.change(meddled, wanted)
    load(router, change.artefact)
    load(router, change.undo)
    assert read(router) == meddled
    bring(router, nothing())
