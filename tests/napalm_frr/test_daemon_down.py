"""A daemon that is down is no error to vtysh: lines are dropped silently, and a save would erase them for good."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from napalm.base.exceptions import CommandErrorException, CommitError

from lab.frr import PROGRAMS, Router
from napalm_frr import FRRDriver
from tests.napalm_frr.conftest import BASE
from tests.napalm_frr.router import configure, kill, revive, running, startup, wait_for

# Before FRR 9 staticd alone.
STATIC = [daemon for daemon in ('staticd', 'mgmtd') if (PROGRAMS / daemon).exists()]
CHANGE = 'router bgp 65001\n neighbor 10.1.1.12 peer-group CAL-C1\n'


@pytest.fixture(autouse=True)
def _bgpd_is_back_afterwards(router: Router) -> Iterator[None]:
    yield
    if 'bgpd' not in router.vtysh('show daemons'):
        revive(router, 'bgpd')


def test_no_candidate_is_taken(driver: FRRDriver, router: Router) -> None:
    kill(router, 'bgpd')
    with pytest.raises(CommandErrorException, match='bgpd of FRR does not run'):
        driver.load_merge_candidate(config=CHANGE)
    with pytest.raises(CommandErrorException, match='bgpd of FRR does not run'):
        driver.load_replace_candidate(config=BASE)
    assert startup(router) + 'end\n' == BASE


def test_a_daemon_that_dies_between_load_and_commit_stops_the_commit(driver: FRRDriver, router: Router) -> None:
    driver.load_merge_candidate(config=CHANGE)
    kill(router, 'bgpd')
    with pytest.raises(CommandErrorException, match='bgpd of FRR does not run'):
        driver.commit_config()
    assert startup(router) + 'end\n' == BASE
    revive(router, 'bgpd')
    assert running(router) == BASE


def test_a_confirmation_is_not_saved_without_it(driver: FRRDriver, router: Router) -> None:
    driver.load_merge_candidate(config='ip prefix-list NEW seq 5 permit any\n')
    driver.commit_config(revert_in=120)
    kill(router, 'bgpd')
    with pytest.raises(CommandErrorException, match='bgpd of FRR does not run'):
        driver.confirm_commit()
    assert startup(router) + 'end\n' == BASE
    revive(router, 'bgpd')
    driver.confirm_commit()
    assert 'ip prefix-list NEW seq 5 permit any' in startup(router)
    assert 'router bgp 65001' in startup(router)


def test_a_daemon_that_the_router_does_not_run_is_named(driver: FRRDriver, router: Router) -> None:
    """ospfd is not enabled there; vtysh takes its lines and drops them."""
    driver.load_merge_candidate(config='router ospf\n network 10.0.0.0/8 area 0\n')
    with pytest.raises(CommandErrorException, match='ospfd of FRR does not run'):
        driver.commit_config()
    assert running(router) == BASE


@pytest.mark.parametrize('daemon', STATIC)
def test_static_routes_are_not_erased_without_those_that_keep_them(
    driver: FRRDriver, router: Router, daemon: str
) -> None:
    route = 'ip route 192.0.2.0/24 Null0'
    configure(router, route)
    router.vtysh('write memory')
    kill(router, daemon)
    try:
        with pytest.raises(CommandErrorException, match=f'{daemon} of FRR does not run'):
            driver.load_merge_candidate(config=CHANGE)
        assert route in startup(router)
    finally:
        revive(router, daemon)
        wait_for(lambda: route in running(router))


def test_a_startup_file_that_cannot_be_written_takes_the_change_back(driver: FRRDriver, router: Router) -> None:
    """The disk is full: what could not be kept is not left running either."""
    driver.load_merge_candidate(config=CHANGE)
    router.namespace.run(['mount', '--bind', '-o', 'ro', '/etc/frr/frr.conf', '/etc/frr/frr.conf'])
    try:
        with pytest.raises(CommitError, match=r'did not get to /etc/frr/frr\.conf'):
            driver.commit_config()
    finally:
        router.namespace.run(['umount', '/etc/frr/frr.conf'])
    assert running(router) == BASE
    assert startup(router) + 'end\n' == BASE
